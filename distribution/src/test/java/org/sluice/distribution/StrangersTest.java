package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the author's pages show, done as they say: each project is built against the sdk alone, its tests run (those of
 * the transport are the contract tests), the jar dropped into a plugins folder, and used over the console.
 */
class StrangersTest {
  @TempDir Path folder;

  @BeforeAll
  static void forget_the_sdk_of_an_earlier_build() throws IOException {
    AuthorsMaven.forgetOurs();
  }

  @Test
  void the_application_and_the_transport_of_the_author_s_pages_work_in_a_host() throws Exception {
    Path plugins = bundledPlugins();
    drop(build("application-author.md", "ten-line-echo"), plugins);
    drop(build("transport-author.md", "loop"), plugins);
    try (RunningHost host = RunningHost.start(folder, "--plugins", plugins.toString(),
        "--set", "plugins.echo.listen=[\"loop://0.0.0.0:7008\"]")) {
      assertThat(host.ctl("show", "plugins").output()).contains("ten-line-echo", "loop", "STARTED");
      assertThat(host.ctl("show", "transport").output()).containsPattern("loop +L ");
      assertThat(host.ctl("echo", "send", "ct://127.0.0.1:7007", "hello").output()).contains("hello");
      // No listener of this host has that address, so the connect goes to the transport that was asked for.
      Outcome overLoop = host.ctl("echo", "send", "loop://10.0.0.1:7008", "over the loop");
      assertThat(overLoop.output()).contains("over the loop");
      assertThat(overLoop.exitCode()).isZero();
      assertThat(host.ctl("show", "counters").output()).doesNotContain("faults");
      host.stop();
    }
  }

  private Path build(String page, String artifact) throws IOException, InterruptedException {
    Path project = Files.createDirectory(folder.resolve(artifact));
    DocumentedProject.of(page).writeTo(project);
    assertThat(Files.readString(project.resolve("pom.xml")).lines()).hasSizeLessThanOrEqualTo(15);
    Outcome build = AuthorsMaven.run(project, "verify");
    assertThat(build.output()).contains("BUILD SUCCESS");
    return project.resolve("target/" + artifact + "-0.1.0.jar");
  }

  private Path bundledPlugins() throws IOException {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    try (Stream<Path> jars = Files.list(Launch.HOME.resolve("plugins"))) {
      for (Path jar : jars.filter(p -> p.toString().endsWith(".jar")).toList()) {
        drop(jar, plugins);
      }
    }
    return plugins;
  }

  private static void drop(Path jar, Path plugins) throws IOException {
    Files.copy(jar, plugins.resolve(jar.getFileName()));
  }
}
