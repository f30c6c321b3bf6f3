package org.sluice.host.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Ids in the code, the list of them and the page for operators are the same. */
class ProblemKindTest {
  private static final Pattern ID = Pattern.compile("\"((?:CFG|HST|PLG)-\\d{3})\"");

  @Test
  void every_id_in_the_code_is_in_the_list_and_every_id_of_the_list_in_the_code() throws IOException {
    TreeSet<String> used = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        used.addAll(ID.matcher(Files.readString(file)).results().map((MatchResult found) -> found.group(1)).toList());
      }
    }
    assertThat(used).containsExactlyElementsOf(
        Arrays.stream(ProblemKind.values()).map(ProblemKind::id).collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void the_page_says_what_the_list_says() throws IOException {
    assertThat(Files.readString(Path.of("../../docs/problems.md"))).isEqualTo(ProblemKind.page());
  }
}
