package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What lies where in the assembled folder. */
class LayoutTest {
  @Test
  void the_folder_has_what_its_readme_names_and_nothing_else() throws IOException {
    assertThat(Launch.HOME.resolve("README.md")).isRegularFile();
    assertThat(Launch.HOME.resolve("LICENSE")).isRegularFile();
    assertThat(Launch.HOME.resolve("bin/sluice")).isExecutable();
    List<String> named = Files.readAllLines(Launch.HOME.resolve("README.md")).stream()
        .filter(line -> line.startsWith("| `")).map(line -> line.substring(3, line.indexOf('/'))).toList();
    try (Stream<Path> entries = Files.list(Launch.HOME)) {
      // A host that was run from the folder has left its socket's folder there.
      assertThat(entries.filter(Files::isDirectory).map(entry -> entry.getFileName().toString()))
          .filteredOn(name -> !name.equals("run")).containsExactlyInAnyOrderElementsOf(named);
    }
  }

  @Test
  void the_launcher_jar_names_every_jar_beside_it_and_no_other() throws IOException {
    Path launcher = only("lib", "sluice-host-");
    Attributes manifest = manifest(launcher);
    List<String> named = List.of(manifest.getValue("Class-Path").split(" ", -1));
    assertThat(jars("lib")).map(jar -> jar.getFileName().toString())
        .filteredOn(name -> !name.equals(launcher.getFileName().toString()))
        .containsExactlyInAnyOrderElementsOf(named);
    assertThat(manifest.getValue("Main-Class")).isEqualTo("org.sluice.host.Main");
    assertThat(manifest.getValue("Enable-Native-Access")).isEqualTo("ALL-UNNAMED");
    assertThat(manifest.getValue("Implementation-Version")).isNotBlank();
  }

  @Test
  void every_plugin_jar_describes_itself_and_bundles_nothing_of_the_host() throws IOException {
    assertThat(jars("plugins")).isNotEmpty();
    for (Path plugin : jars("plugins")) {
      Attributes manifest = manifest(plugin);
      for (String entry : List.of("Id", "Version", "Requires", "Description", "Provider", "License")) {
        assertThat(manifest.getValue("Plugin-" + entry)).as("Plugin-%s of %s", entry, plugin).isNotBlank();
      }
      assertThat(manifest.values()).as("empty entries of %s", plugin).doesNotContain("");
      try (JarFile jar = new JarFile(plugin.toFile())) {
        assertThat(jar.stream().map(entry -> entry.getName()).filter(name -> name.endsWith(".class")))
            .as("classes in %s", plugin)
            .noneMatch(name -> name.matches("(org/sluice/(?!plugin/)|org/pf4j/|org/slf4j/|com/google/|jakarta/).*"));
      }
    }
  }

  @Test
  void the_launcher_script_stays_short() throws IOException {
    assertThat(Files.readAllLines(Launch.HOME.resolve("bin/sluice"))).hasSizeLessThanOrEqualTo(110);
  }

  private static List<Path> jars(String folder) throws IOException {
    try (Stream<Path> files = Files.list(Launch.HOME.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static Path only(String folder, String prefix) throws IOException {
    List<Path> found = jars(folder).stream()
        .filter(jar -> jar.getFileName().toString().startsWith(prefix))
        .toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static Attributes manifest(Path file) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      return jar.getManifest().getMainAttributes();
    }
  }
}
