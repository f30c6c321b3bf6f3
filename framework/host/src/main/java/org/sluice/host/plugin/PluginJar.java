package org.sluice.host.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.PluginDependency;

/**
 * What a jar says about itself, read without loading a class of it.
 *
 * @param file the jar
 * @param id its {@code Plugin-Id}
 * @param version its {@code Plugin-Version}
 * @param requires the SPI versions it works with, {@code *} for any
 * @param description one line for people
 * @param pluginClass its class with a life cycle, empty for none
 * @param dependencies the plugins it needs
 * @param extensions the classes in its extension index
 * @param reference its {@code reference.conf}, empty for none
 * @param classes the names of all classes in it
 * @param stamp the file as it was when it was read
 */
record PluginJar(
    Path file,
    String id,
    String version,
    String requires,
    String description,
    Optional<String> pluginClass,
    List<PluginDependency> dependencies,
    List<String> extensions,
    String reference,
    NavigableSet<String> classes,
    FileStamp stamp) {
  private static final String INDEX = "META-INF/extensions.idx";
  private static final String REFERENCE = "reference.conf";
  private static final String CLASS = ".class";

  /**
   * Reads a jar.
   *
   * @return empty when it does not say that it is a plugin
   * @throws IOException when it is no jar
   */
  static Optional<PluginJar> read(Path file) throws IOException {
    FileStamp stamp = FileStamp.of(file);
    try (JarFile jar = new JarFile(file.toFile())) {
      Manifest manifest = jar.getManifest();
      Attributes says = manifest == null ? new Attributes() : manifest.getMainAttributes();
      String id = value(says, ManifestPluginDescriptorFinder.PLUGIN_ID);
      if (id.isEmpty()) {
        return Optional.empty();
      }
      String requires = value(says, ManifestPluginDescriptorFinder.PLUGIN_REQUIRES);
      return Optional.of(new PluginJar(
          file,
          id,
          value(says, ManifestPluginDescriptorFinder.PLUGIN_VERSION),
          requires.isEmpty() ? "*" : requires,
          value(says, ManifestPluginDescriptorFinder.PLUGIN_DESCRIPTION),
          Optional.of(value(says, ManifestPluginDescriptorFinder.PLUGIN_CLASS)).filter(name -> !name.isEmpty()),
          words(value(says, ManifestPluginDescriptorFinder.PLUGIN_DEPENDENCIES).split(","))
              .map(PluginDependency::new).toList(),
          words(text(jar, INDEX).replaceAll("#.*", "").split("\\R")).toList(),
          text(jar, REFERENCE),
          classes(jar),
          stamp));
    }
  }

  private static String value(Attributes attributes, String name) {
    String value = attributes.getValue(name);
    return value == null ? "" : value.strip();
  }

  private static Stream<String> words(String[] parts) {
    return Stream.of(parts).map(String::strip).filter(part -> !part.isEmpty());
  }

  private static String text(JarFile jar, String name) throws IOException {
    ZipEntry entry = jar.getEntry(name);
    if (entry == null) {
      return "";
    }
    try (InputStream stream = jar.getInputStream(entry)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Class names, those for later Java versions (META-INF/versions) included. */
  private static NavigableSet<String> classes(JarFile jar) {
    NavigableSet<String> names = new TreeSet<>();
    jar.stream().map(ZipEntry::getName).filter(name -> name.endsWith(CLASS)).map(PluginJar::className)
        .forEach(names::add);
    return names;
  }

  private static String className(String entry) {
    String path = entry.replaceFirst("^META-INF/versions/\\d+/", "");
    return path.substring(0, path.length() - CLASS.length()).replace('/', '.');
  }

  /** The jar's name, for people. */
  String fileName() {
    return String.valueOf(file.getFileName());
  }
}
