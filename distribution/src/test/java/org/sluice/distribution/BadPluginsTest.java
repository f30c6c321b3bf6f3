package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of jar that cannot run lies beside the bundled ones: each is named, with cause and remedy. */
class BadPluginsTest {
  private static final List<String> GOOD = List.of("echo", "local-cutthrough", "transfer");

  @TempDir Path folder;
  private Path plugins;

  @BeforeEach
  void fill() throws IOException {
    plugins = Files.createDirectory(folder.resolve("plugins"));
    try (Stream<Path> bundled = Files.list(Launch.HOME.resolve("plugins"))) {
      for (Path jar : bundled.toList()) {
        Files.copy(jar, plugins.resolve(jar.getFileName()));
      }
    }
    byte[] noise = new byte[10_000];
    new SplittableRandom(3).nextBytes(noise);
    Files.write(plugins.resolve("noise.jar"), noise);
    jar("library.jar", Map.of());
    jar("orphan.jar", plugin("orphan", Map.of("Plugin-Dependencies", "nobody")));
    jar("twin-a.jar", plugin("twin", Map.of()));
    jar("twin-b.jar", plugin("twin", Map.of("Plugin-Version", "2.0.0")));
    jar("future.jar", plugin("future", Map.of("Plugin-Requires", ">=9.0.0")));
    jar("first.jar", plugin("first", Map.of("Plugin-Dependencies", "second")));
    jar("second.jar", plugin("second", Map.of("Plugin-Dependencies", "first")));
    jar("short.jar", plugin("short", Map.of("Plugin-Version", "1.0")));
    jar("absent.jar", plugin("absent", Map.of("Plugin-Class", "sample.Gone")));
    jar("bundles.jar", plugin("bundles", Map.of()), "org/sluice/spi/host/HostServices.class");
    jar("then.jar", plugin("then", Map.of("Plugin-Dependencies", "throws")));
    jar("throws.jar", plugin("throws", Map.of("Plugin-Class", "sample.Throws")), compiled("Throws", """
        package sample;
        public class Throws extends org.pf4j.Plugin {
          @Override public void start() { throw new IllegalStateException("no reactor"); }
        }
        """));
  }

  @Test
  void each_is_named_with_cause_and_remedy_and_the_others_start_and_work() throws Exception {
    try (RunningHost host = RunningHost.start(folder, "--plugins", plugins.toString())) {
      assertTable(host.output());
      assertThat(host.ctl("echo", "send", "ct://127.0.0.1/7", "all the same").output()).contains("all the same");
      Outcome shown = host.ctl("show", "plugins");
      assertThat(shown.exitCode()).isZero();
      assertTable(shown.output());
      assertThat(bad(shown.output())).as("golden/bad-plugins.txt").isEqualTo(golden());
      assertThat(host.stop().output()).contains("plugin echo stopped");
    }
  }

  /** What is said of the bad ones: their rows and the table of problems, without the blanks that align columns. */
  private String bad(String output) {
    return output.lines().filter(line -> !line.contains("STARTED"))
        .map(line -> line.replace(folder.toString(), "DIR").replaceAll("(?<=\\S) {2,}", "  ").stripTrailing())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String golden() throws IOException {
    try (InputStream stream = Objects.requireNonNull(
        BadPluginsTest.class.getResourceAsStream("/golden/bad-plugins.txt"), "there is no golden/bad-plugins.txt")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void assertTable(String output) {
    for (String good : GOOD) {
      assertThat(row(output, good)).contains("STARTED");
    }
    assertThat(row(output, "throws")).contains("FAILED", "PLG-011");
    for (String refused : List.of("future", "orphan", "twin", "library.jar", "noise.jar", "first", "second", "short",
        "absent", "bundles")) {
      assertThat(row(output, refused)).contains("REFUSED");
    }
    assertProblem(output, "PLG-001", "noise.jar", "not a jar", "replace it by a jar");
    assertProblem(output, "PLG-002", "library.jar", "no Plugin-Id", "remove it, or build it with the parent");
    assertProblem(output, "PLG-003", "twin-a.jar", "plugin twin is in several jars", "keep one of them");
    assertProblem(output, "PLG-003", "twin-b.jar", "plugin twin is in several jars", "keep one of them");
    assertProblem(output, "PLG-004", "future.jar", "needs SPI >=9.0.0", "build it against SPI");
    assertProblem(output, "PLG-006", "orphan.jar", "needs plugin nobody, which is not there", "add a jar with what");
    assertProblem(output, "PLG-011", "throws", "its start threw java.lang.IllegalStateException: no reactor",
        "ask its author");
  }

  private static String row(String output, String plugin) {
    return output.lines().filter(line -> line.startsWith(plugin + " ")).findFirst()
        .orElseThrow(() -> new AssertionError(plugin + " is not in: " + output));
  }

  private static void assertProblem(String output, String id, String place, String cause, String remedy) {
    assertThat(output.lines().filter(line -> line.startsWith(id) && line.contains(" " + place + " ")))
        .as("%s %s in:%n%s", id, place, output).singleElement().asString().contains(cause, remedy);
  }

  @Test
  void the_check_without_a_host_finds_what_can_be_found_without_starting() throws Exception {
    Outcome listed = Outcome.of(Launch.script("plugin", "list", "--plugins", plugins.toString()));
    assertThat(listed.exitCode()).isEqualTo(1);
    assertThat(listed.output()).contains("PLG-001", "PLG-002", "PLG-003", "PLG-004", "PLG-005", "PLG-006", "PLG-007",
        "PLG-008", "PLG-009")
        .doesNotContain("PLG-011");
  }

  private static Map<String, String> plugin(String id, Map<String, String> more) {
    Map<String, String> entries = new HashMap<>(Map.of("Plugin-Id", id, "Plugin-Version", "1.0.0"));
    entries.putAll(more);
    return entries;
  }

  private void jar(String name, Map<String, String> manifest, Path... classes) throws IOException {
    write(name, manifest, List.of(classes), List.of());
  }

  private void jar(String name, Map<String, String> manifest, String emptyEntry) throws IOException {
    write(name, manifest, List.of(), List.of(emptyEntry));
  }

  private void write(String name, Map<String, String> manifest, List<Path> classes, List<String> emptyEntries)
      throws IOException {
    Manifest complete = new Manifest();
    complete.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.forEach(complete.getMainAttributes()::putValue);
    try (OutputStream stream = Files.newOutputStream(plugins.resolve(name));
        JarOutputStream jar = new JarOutputStream(stream, complete)) {
      for (Path file : classes) {
        jar.putNextEntry(new JarEntry("sample/" + file.getFileName()));
        jar.write(Files.readAllBytes(file));
      }
      for (String entry : emptyEntries) {
        jar.putNextEntry(new JarEntry(entry));
      }
    }
  }

  private Path compiled(String className, String code) throws IOException {
    Path source = Files.writeString(folder.resolve(className + ".java"), code);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter problems = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      boolean done = compiler.getTask(problems, files, null, List.of("-proc:none", "-d", folder.toString(), "-cp",
          System.getProperty("java.class.path")), null, files.getJavaFileObjects(source)).call();
      assertThat(done).as(problems.toString()).isTrue();
    }
    return folder.resolve("sample/" + className + ".class");
  }
}
