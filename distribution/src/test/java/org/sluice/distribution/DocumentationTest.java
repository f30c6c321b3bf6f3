package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of docs/ and the README are true where that can be checked. */
class DocumentationTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

  @TempDir Path folder;

  @Test
  void the_embedding_example_of_the_application_page_compiles_against_the_core() throws IOException {
    DocumentedProject page = DocumentedProject.of("application-author.md");
    Path application = source(page, "src/main/java/com/example/echo/TenLineEcho.java", "TenLineEcho.java");
    Path embedded = source(page, "Embedded.java", "Embedded.java");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter problems = new StringWriter();
    List<String> options =
        List.of("-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled = compiler.getTask(problems, files, null, options, null,
          files.getJavaFileObjects(application, embedded)).call();
      assertThat(compiled).as(problems.toString()).isTrue();
    }
  }

  @Test
  void the_smallest_echo_server_has_about_ten_lines_of_its_own() throws IOException {
    String source =
        DocumentedProject.of("application-author.md").file("src/main/java/com/example/echo/TenLineEcho.java");
    long statements = source.lines()
        .skip(source.lines().takeWhile(line -> !line.startsWith("@Extension")).count())
        .filter(line -> line.strip().length() > 1 && !line.strip().startsWith("@"))
        .count();
    assertThat(statements).isLessThanOrEqualTo(10);
  }

  @Test
  void every_link_of_the_readme_and_the_pages_leads_to_a_file() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Path.of("../README.md"), Path.of("../CONTRIBUTING.md")));
    try (Stream<Path> docs = Files.walk(Path.of("../docs"))) {
      docs.filter(p -> p.toString().endsWith(".md")).forEach(pages::add);
    }
    for (Path page : pages) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        assertThat(page.resolveSibling(link.group(1))).as("a link of %s", page).exists();
      }
    }
  }

  private Path source(DocumentedProject page, String name, String file) throws IOException {
    Path path = folder.resolve(file);
    Files.writeString(path, page.file(name));
    return path;
  }
}
