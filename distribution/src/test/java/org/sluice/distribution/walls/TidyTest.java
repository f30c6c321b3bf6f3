package org.sluice.distribution.walls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TidyTest {
  private static final Pattern TEXT = Pattern.compile(
      ".*\\.(java|xml|md|sh|conf|properties|json|yml|yaml|txt|service|editorconfig|gitignore)|sluice|run");

  @Test
  void every_file_of_the_tree_is_tidy() throws IOException {
    List<String> found = new ArrayList<>();
    int looked = 0;
    for (Path file : SourceTree.files()) {
      if (TEXT.matcher(file.getFileName().toString()).matches()) {
        looked++;
        found.addAll(TidyRules.check(SourceTree.ROOT.relativize(file).toString(), Files.readString(file)));
      }
    }
    assertThat(looked).isGreaterThan(20);
    assertThat(found).isEmpty();
  }

  @Test
  void every_package_says_what_it_is_for() {
    Set<Path> packages = new TreeSet<>();
    for (Path file : SourceTree.files()) {
      if (file.toString().endsWith(".java") && file.toString().contains("src/main/java")) {
        packages.add(file.getParent());
      }
    }
    assertThat(packages).isNotEmpty()
        .allSatisfy(folder -> assertThat(folder.resolve("package-info.java")).exists());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
      "A.java           | \"a\tb\n\"                          | A.java:1: tab",
      "A.java           | \"a\nb \n\"                         | A.java:2: trailing blank",
      "A.java           | \"// TO_DO later\n\"                | A.java:1: unfinished work without an issue number",
      "A.md             | \"see /wo_rk/main\n\"               | A.md:1: path of one machine",
      "A.md             | a                                   | A.md: no newline at the end",
      "package-info.java| \"/** About. */\npackage a;\n\"     | package-info.java: not @NullMarked",
      "package-info.java| \"@NullMarked\npackage a;\n\"       | package-info.java: says nothing about its package",
  })
  void an_untidy_file_is_reported(String name, String text, String expected) {
    // The samples carry an underscore so that this file itself is tidy.
    assertThat(TidyRules.check(name, text.replace("_", ""))).containsExactly(expected);
  }

  @Test
  void a_file_above_the_limit_is_reported() {
    assertThat(TidyRules.check("A.java", "x\n".repeat(TidyRules.MAX_LINES))).isEmpty();
    assertThat(TidyRules.check("A.java", "x\n".repeat(TidyRules.MAX_LINES + 1)))
        .containsExactly("A.java: 601 lines, at most 600");
  }

  @Test
  void numbered_work_and_paths_inside_the_tree_are_allowed() {
    assertThat(TidyRules.check("A.java", "// TO_DO(#12) later; docs/wo_rk/x, $HOME/wo_rk/x\n".replace("_", "")))
        .isEmpty();
  }

  /** Before 1.0 a new minor version breaks plugins, so a plugin accepts the minor version it was built against. */
  @Test
  void the_range_plugins_require_follows_the_version_of_the_spi() throws IOException {
    String pom = Files.readString(SourceTree.ROOT.resolve("pom.xml"));
    Matcher version = Pattern.compile("<sluice.spi.version>0\\.(\\d+)\\.(\\d+)</sluice.spi.version>").matcher(pom);
    assertThat(version.find()).as("sluice.spi.version is 0.minor.patch").isTrue();
    int minor = Integer.parseInt(version.group(1));
    assertThat(pom).contains("<sluice.spi.requires>&gt;=0." + minor + "." + version.group(2) + " &amp; &lt;0."
        + (minor + 1) + ".0</sluice.spi.requires>");
  }
}
