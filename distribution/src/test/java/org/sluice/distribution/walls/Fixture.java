package org.sluice.distribution.walls;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Classes compiled from source text, to show that a wall reports a breach and lets through what is allowed. */
final class Fixture {
  private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
  private static final Pattern TYPE = Pattern.compile("(?:class|interface|enum|record) (\\w+)");

  private Fixture() {}

  static void assertReported(ArchRule wall, String expected, String... sources) {
    assertThat(breaches(wall, sources))
        .as("%s: breaches found", wall.getDescription())
        .anySatisfy(line -> assertThat(line).contains(expected));
  }

  /** The same class body is reported in the SPI, in the core and in a plugin. */
  static void assertReportedEverywhere(ArchRule wall, String body) {
    List<String> roots = List.of("org.sluice.spi.x", "org.sluice.core.x", "org.sluice.plugin.x");
    String[] sources = roots.stream()
        .map(root -> "package " + root + "; class A { " + body + " }")
        .toArray(String[]::new);
    List<String> found = breaches(wall, sources);
    assertThat(roots).as("%s: breaches found: %s", wall.getDescription(), found)
        .allSatisfy(root -> assertThat(found).anyMatch(line -> line.contains(root + ".A")));
  }

  static void assertAllowed(ArchRule wall, String... sources) {
    assertThat(breaches(wall, sources)).as("%s: breaches found", wall.getDescription()).isEmpty();
  }

  private static List<String> breaches(ArchRule wall, String... sources) {
    return wall.evaluate(compile(sources)).getFailureReport().getDetails();
  }

  private static JavaClasses compile(String... sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try {
      Path folder = Files.createTempDirectory("fixture");
      try {
        List<JavaFileObject> files = Stream.of(sources).<JavaFileObject>map(Source::new).toList();
        List<String> options = List.of("-proc:none", "-nowarn", "--add-modules", "jdk.incubator.vector",
            "-d", folder.toString());
        StringWriter messages = new StringWriter();
        boolean compiled = compiler.getTask(messages, null, null, options, null, files).call();
        assertThat(compiled).as("The fixture compiles: %s", messages).isTrue();
        return new ClassFileImporter().importPath(folder);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> walk = Files.walk(folder)) {
      deepestFirst = new ArrayList<>(walk.sorted(Comparator.reverseOrder()).toList());
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(URI.create("string:///" + (first(PACKAGE, text) + "." + first(TYPE, text)).replace('.', '/') + ".java"),
          Kind.SOURCE);
      this.text = text;
    }

    private static String first(Pattern pattern, String text) {
      Matcher matcher = pattern.matcher(text);
      if (!matcher.find()) {
        throw new IllegalArgumentException("No " + pattern + " in: " + text);
      }
      return matcher.group(1);
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
