package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The file that operators edit names every key of the host and of the bundled plugins, with its default. */
class ConfigurationFileTest {
  @Test
  void as_it_is_shipped_it_sets_nothing() throws IOException {
    assertThat(ConfigFactory.parseString(shipped()).entrySet()).isEmpty();
  }

  @Test
  void with_every_key_uncommented_it_says_what_the_reference_files_say() throws IOException {
    String uncommented = shipped().lines().map(line -> line.replaceFirst("^( *)#(?=\\S)", "$1"))
        .collect(Collectors.joining("\n"));
    assertThat(ConfigFactory.parseString(uncommented)).isEqualTo(references());
  }

  private static String shipped() throws IOException {
    return Files.readString(Launch.HOME.resolve("conf/sluice.conf"));
  }

  private static Config references() throws IOException {
    Config all = ConfigFactory.empty();
    try (Stream<Path> lib = Files.list(Launch.HOME.resolve("lib"));
        Stream<Path> plugins = Files.list(Launch.HOME.resolve("plugins"))) {
      for (Path jar : Stream.concat(lib.filter(file -> file.toString().contains("sluice-host")), plugins).toList()) {
        all = all.withFallback(reference(jar));
      }
    }
    return all;
  }

  private static Config reference(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      ZipEntry entry = file.stream().filter(each -> each.getName().endsWith("reference.conf")).findFirst().orElse(null);
      if (entry == null) {
        return ConfigFactory.empty();
      }
      try (Reader reader = new InputStreamReader(file.getInputStream(entry), StandardCharsets.UTF_8)) {
        return ConfigFactory.parseReader(reader);
      }
    }
  }
}
