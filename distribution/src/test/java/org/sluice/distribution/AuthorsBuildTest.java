package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A plugin built outside of this source tree, against the distribution's sdk folder alone. Maven gets an empty local
 * repository, so nothing of ours can come from anywhere else; third-party artifacts come from the one this build used.
 */
class AuthorsBuildTest {
  private static final Path SDK = Launch.HOME.resolve("sdk");

  @TempDir Path project;

  @BeforeAll
  static void forget_the_sdk_of_an_earlier_build() throws IOException {
    AuthorsMaven.forgetOurs();
  }

  @BeforeEach
  void write_the_plugin() throws IOException {
    write("src/main/java/com/example/Mine.java", """
        package com.example;

        import org.pf4j.Extension;
        import org.pf4j.ExtensionPoint;

        @Extension
        public final class Mine implements ExtensionPoint {}
        """);
    write("src/test/java/com/example/MineTest.java", """
        package com.example;

        import static org.assertj.core.api.Assertions.assertThat;

        import org.junit.jupiter.api.Test;

        class MineTest {
          @Test
          void runs_on_a_java_the_sluice_runs_on() {
            assertThat(Runtime.version().feature()).isGreaterThanOrEqualTo(25);
          }
        }
        """);
  }

  @Test
  void a_pom_of_fifteen_lines_gives_a_complete_plugin_jar() throws Exception {
    String pom = pom("");
    assertThat(pom.lines()).hasSizeLessThanOrEqualTo(15);
    Outcome build = maven(pom, "verify");
    assertThat(build.output()).contains("BUILD SUCCESS", "Tests run: 1, Failures: 0");
    try (JarFile jar = new JarFile(project.resolve("target/my-plugin-0.1.0.jar").toFile())) {
      Attributes manifest = jar.getManifest().getMainAttributes();
      assertThat(manifest.getValue("Plugin-Id")).isEqualTo("my-plugin");
      assertThat(manifest.getValue("Plugin-Version")).isEqualTo("0.1.0");
      assertThat(manifest.getValue("Plugin-Provider")).isEqualTo("com.example");
      assertThat(manifest.getValue("Plugin-Requires")).isEqualTo(">=0.1.0 & <0.2.0");
      assertThat(manifest.getValue("Plugin-Class")).isNull();
      assertThat(manifest.getValue("Plugin-Dependencies")).isNull();
      assertThat(jar.getEntry("com/example/Mine.class")).isNotNull();
      byte[] index = jar.getInputStream(jar.getEntry("META-INF/extensions.idx")).readAllBytes();
      assertThat(new String(index, StandardCharsets.UTF_8)).contains("com.example.Mine");
    }
  }

  @Test
  void optional_manifest_entries_and_a_third_party_library_go_into_the_one_jar() throws Exception {
    Outcome build = maven(pom("""
        <properties>
          <plugin.class>com.example.Life</plugin.class>
          <plugin.dependencies>echo@&gt;=0.1.0</plugin.dependencies>
        </properties>
        """ + dependency("info.picocli:picocli:4.7.7", "compile")), "package", "-Dmaven.test.skip");
    assertThat(build.output()).contains("BUILD SUCCESS");
    try (JarFile jar = new JarFile(project.resolve("target/my-plugin-0.1.0.jar").toFile())) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Plugin-Class")).isEqualTo("com.example.Life");
      assertThat(jar.getManifest().getMainAttributes().getValue("Plugin-Dependencies")).isEqualTo("echo@>=0.1.0");
      assertThat(jar.getEntry("picocli/CommandLine.class")).isNotNull();
      assertThat(jar.stream().map(entry -> entry.getName())).noneMatch(name -> name.startsWith("org/"));
    }
  }

  @Test
  void bundling_what_the_host_provides_fails_the_build_with_the_remedy() throws Exception {
    for (String artifact : new String[] {"org.slf4j:slf4j-api:2.0.18", "org.sluice:sluice-spi:0.1.0"}) {
      Outcome build = maven(pom(dependency(artifact, "compile")), "validate");
      assertThat(build.exitCode()).isNotZero();
      assertThat(build.output()).contains("provided by the host: use scope provided", artifact.split(":", -1)[1]);
    }
  }

  @Test
  void compiling_against_the_core_fails_the_build() throws Exception {
    Outcome build = maven(pom(dependency("org.sluice:sluice-core:0.1.0", "provided")), "validate");
    assertThat(build.exitCode()).isNotZero();
    assertThat(build.output()).contains("compiles against sluice-spi and nothing else");
  }

  private Outcome maven(String pom, String... arguments) throws IOException, InterruptedException {
    write("pom.xml", pom);
    return AuthorsMaven.run(project, arguments);
  }

  private static String pom(String more) {
    return """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <parent>
            <groupId>org.sluice</groupId>
            <artifactId>sluice-plugin-parent</artifactId>
            <version>0.1.0</version>
            <relativePath/>
          </parent>
          <groupId>com.example</groupId>
          <artifactId>my-plugin</artifactId>
          <repositories>
            <repository><id>sluice-sdk</id><url>%s</url></repository>
          </repositories>
        %s</project>
        """.formatted(SDK.toUri(), more);
  }

  private static String dependency(String artifact, String scope) {
    String[] parts = artifact.split(":", -1);
    return """
        <dependencies><dependency>
          <groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version><scope>%s</scope>
        </dependency></dependencies>
        """.formatted(parts[0], parts[1], parts[2], scope);
  }

  private void write(String file, String text) throws IOException {
    Path path = project.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
