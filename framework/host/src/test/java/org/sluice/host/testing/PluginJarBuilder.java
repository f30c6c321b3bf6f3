package org.sluice.host.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Builds a plugin jar from sources, as an author's build would; or a broken one. */
public final class PluginJarBuilder {
  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
  /** Shared, because opening the class path takes longer than compiling. */
  private static final StandardJavaFileManager FILES = COMPILER.getStandardFileManager(null, null, null);

  private final Attributes manifest = new Attributes();
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final List<String> extensions = new ArrayList<>();

  private PluginJarBuilder() {}

  /** A plugin with this id, version 1.0.0 and nothing in it. */
  public static PluginJarBuilder plugin(String id) {
    return noPlugin().says("Plugin-Id", id).says("Plugin-Version", "1.0.0");
  }

  /** A jar without a descriptor. */
  public static PluginJarBuilder noPlugin() {
    return new PluginJarBuilder();
  }

  /** Adds or replaces a line of the manifest. */
  public PluginJarBuilder says(String name, String value) {
    manifest.putValue(name, value);
    return this;
  }

  /** Adds a class in the package {@code sample}; the usual imports are there. */
  public PluginJarBuilder source(String className, String body) {
    sources.put("sample." + className, """
        package sample;
        import jakarta.inject.Inject;
        import java.util.List;
        import org.pf4j.*;
        import org.sluice.spi.application.*;
        import org.sluice.spi.console.*;
        import org.sluice.spi.host.*;
        import org.sluice.spi.transport.*;
        """ + body);
    return this;
  }

  /** Adds a class in a package of its own. */
  public PluginJarBuilder foreign(String fullName, String code) {
    sources.put(fullName, code);
    return this;
  }

  /** Adds a class in the package {@code sample} and names it in the extension index. */
  public PluginJarBuilder extension(String className, String body) {
    extensions.add("sample." + className);
    return source(className, body);
  }

  /** Adds a console command that does nothing else. */
  public PluginJarBuilder command(String className, String name) {
    return extension(className, """
        public class %s implements ConsoleCommand {
          public String name() { return "%s"; }
          public String summary() { return "Nothing"; }
          public void run(List<String> arguments, ConsoleOutput output) { output.line("ran %s"); }
        }""".formatted(className, name, name));
  }

  /** Adds a file. */
  public PluginJarBuilder entry(String name, String text) {
    entries.put(name, text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Names a class in the extension index that is not in the jar. */
  public PluginJarBuilder indexed(String className) {
    extensions.add(className);
    return this;
  }

  /** Writes the jar. */
  public Path write(Path folder, String fileName) throws IOException {
    if (!sources.isEmpty()) {
      compile();
    }
    if (!extensions.isEmpty()) {
      entry("META-INF/extensions.idx", String.join("\n", extensions) + "\n");
    }
    Path file = folder.resolve(fileName);
    Manifest complete = new Manifest();
    complete.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    complete.getMainAttributes().putAll(manifest);
    try (OutputStream stream = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(stream, complete)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        jar.putNextEntry(new JarEntry(entry.getKey()));
        jar.write(entry.getValue());
      }
    }
    return file;
  }

  private void compile() throws IOException {
    Path classes = Files.createTempDirectory("plugin-classes-");
    StringWriter messages = new StringWriter();
    List<String> options = List.of("-proc:none", "-d", classes.toString(), "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    List<JavaFileObject> units = new ArrayList<>();
    sources.forEach((name, code) -> units.add(new Source(name, code)));
    boolean compiled = COMPILER.getTask(messages, FILES, null, options, null, units).call();
    assertThat(compiled).as(messages.toString()).isTrue();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (Files.isRegularFile(file)) {
          entries.put(classes.relativize(file).toString(), Files.readAllBytes(file));
        }
        Files.delete(file);
      }
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String code;

    private Source(String className, String code) {
      super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
      this.code = code;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return code;
    }
  }
}
