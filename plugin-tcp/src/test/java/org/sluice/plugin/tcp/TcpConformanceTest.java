package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** docs/tcp-conformance.md is true: what it counts is there, and what is there is counted. */
class TcpConformanceTest {
  private static final String PAGE = "docs/tcp-conformance.md";
  private static final Pattern COUNTED = Pattern.compile("`(\\w+)` \\((\\d+)\\)");
  private static final Pattern RFC_ROW = Pattern.compile("\\| [0-9, ]+ \\|[^|]+\\| (\\w+) \\|([^|]*)\\|[^|]*\\|");
  private static final Pattern P_ROW = Pattern.compile("\\| (P\\d\\d) \\|[^|]+\\|([^|]+)\\|");
  private static final Pattern CASE_ROW = Pattern.compile("\\|[^|]+\\| `(\\w+)#(\\w+)` \\|");
  private static final Pattern TEST = Pattern.compile("^`(\\w+)#(\\w+)`$");
  private static final Pattern TEST_METHOD =
      Pattern.compile("@(?:Test|ParameterizedTest)\\b(?:(?!\\bvoid\\b)[\\s\\S])*+void (\\w+)\\(");
  /** Of this list or of another. */
  private static final Pattern ROW = Pattern.compile("[A-Z]\\d\\d");
  private static final int LAST_ROW = 27;

  private static Path project() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve(PAGE))) {
      folder = Objects.requireNonNull(folder.getParent(), "no " + PAGE + " above");
    }
    return folder;
  }

  private static List<String> section(String title) throws IOException {
    String text = Files.readString(project().resolve(PAGE));
    String rest = text.substring(text.indexOf("\n## " + title + "\n") + 1);
    int end = rest.indexOf("\n## ");
    return rest.substring(0, end < 0 ? rest.length() : end).lines().filter(line -> line.startsWith("|")).skip(2)
        .toList();
  }

  private static Map<String, Integer> counted(String cell) {
    Map<String, Integer> counts = new TreeMap<>();
    COUNTED.matcher(cell).results().forEach(one -> counts.put(one.group(1), Integer.valueOf(one.group(2))));
    return counts;
  }

  @Test
  void every_rfc_has_a_state_with_evidence_and_every_script_is_counted() throws IOException {
    Map<String, Integer> named = new TreeMap<>();
    for (String cell : evidence("RFCs")) {
      named.putAll(counted(cell));
    }
    assertThat(named).isEqualTo(scripts());
  }

  @Test
  void every_rfc_of_ip_has_a_state_with_evidence() throws IOException {
    assertThat(evidence("IP")).hasSizeGreaterThan(10).noneMatch(String::isBlank);
  }

  /** The evidence of the rows of a section. Whatever it names is there, and none is missing for what is done. */
  private static List<String> evidence(String title) throws IOException {
    List<String> cells = new ArrayList<>();
    Map<String, Set<String>> tests = writtenTests();
    for (String line : section(title)) {
      MatchResult row = RFC_ROW.matcher(line).results().findFirst()
          .orElseThrow(() -> new AssertionError("no row of an RFC: " + line));
      assertThat(row.group(1)).as(line).isIn("done", "partial", "not");
      String cell = row.group(2).strip();
      assertThat(cell.isEmpty() && row.group(1).equals("done")).as("done without evidence: " + line).isFalse();
      for (String one : cell.isEmpty() ? new String[0] : cell.split(", ", -1)) {
        MatchResult test = TEST.matcher(one).results().findFirst().orElse(null);
        assertThat(test != null || COUNTED.matcher(one).matches()).as("neither scripts nor a test: " + one).isTrue();
        if (test != null) {
          assertThat(tests.getOrDefault(test.group(1), Set.of())).as(one).contains(test.group(2));
        }
      }
      cells.add(cell);
    }
    return cells;
  }

  /** The tests of all modules by class, as their sources have them: other modules' classes are not at hand here. */
  private static Map<String, Set<String>> writtenTests() throws IOException {
    Map<String, Set<String>> tests = new TreeMap<>();
    for (String module : List.of("framework/spi", "framework/core", "framework/testkit", "plugin-tcp")) {
      try (Stream<Path> files = Files.walk(project().resolve(module).resolve("src/test/java"))) {
        for (Path file : files.filter(each -> each.toString().endsWith("Test.java")).toList()) {
          String name = file.getFileName().toString().replace(".java", "");
          TEST_METHOD.matcher(Files.readString(file)).results()
              .forEach(found -> tests.computeIfAbsent(name, absent -> new TreeSet<>()).add(found.group(1)));
        }
      }
    }
    return tests;
  }

  private static Map<String, Integer> scripts() throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    Path root = Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "scripts");
    try (Stream<Path> files = Files.walk(root)) {
      files.filter(file -> file.toString().endsWith(".pkt"))
          .map(file -> root.relativize(file).getName(0).toString())
          .filter(folder -> folder.startsWith("rfc"))
          .forEach(folder -> found.merge(folder, 1, Integer::sum));
    }
    return found;
  }

  @Test
  void every_row_names_its_tests_and_every_test_of_a_row_is_counted() throws Exception {
    Map<String, Map<String, Integer>> named = new TreeMap<>();
    for (String line : section("Rows")) {
      MatchResult row = P_ROW.matcher(line).results().findFirst()
          .orElseThrow(() -> new AssertionError("no row: " + line));
      Map<String, Integer> tests = counted(row.group(2));
      assertThat(!tests.isEmpty() || row.group(2).strip().startsWith("none: ")).as(line).isTrue();
      named.put(row.group(1), tests);
    }
    assertThat(named).hasSize(LAST_ROW);
    Map<String, Map<String, Integer>> found = new TreeMap<>();
    named.keySet().forEach(row -> found.put(row, new TreeMap<>()));
    for (Class<?> type : testClasses()) {
      for (Method method : type.getDeclaredMethods()) {
        if (isTest(method)) {
          rows(method.getName()).forEach(row -> Objects.requireNonNull(found.get(row), row)
              .merge(type.getSimpleName(), 1, Integer::sum));
        }
      }
    }
    assertThat(named).isEqualTo(found);
  }

  /** The rows of this list that a name begins with, perhaps among those of others. */
  private static Set<String> rows(String name) {
    Set<String> rows = new TreeSet<>();
    for (String part : name.split("_", -1)) {
      if (!ROW.matcher(part).matches()) {
        return rows;
      }
      if (part.startsWith("P")) {
        rows.add(part);
      }
    }
    return rows;
  }

  @Test
  void a_name_may_have_rows_of_several_lists() {
    assertThat(rows("S13_P27_a_detach")).containsExactly("P27");
    assertThat(rows("P11_P12_RFC9438_4_9_an_undo")).containsExactly("P11", "P12");
    assertThat(rows("a_P27_in_the_middle")).isEmpty();
  }

  @Test
  void every_case_has_a_counterpart() throws Exception {
    Map<String, Class<?>> types = new TreeMap<>();
    testClasses().forEach(type -> types.put(type.getSimpleName(), type));
    List<String> rows = section("Cases");
    assertThat(rows).hasSizeGreaterThan(25);
    for (String line : rows) {
      MatchResult row = CASE_ROW.matcher(line).results().findFirst()
          .orElseThrow(() -> new AssertionError("no row of a case: " + line));
      Class<?> type = Objects.requireNonNull(types.get(row.group(1)), line);
      assertThat(Arrays.stream(type.getDeclaredMethods()))
          .as(line).anyMatch(method -> method.getName().equals(row.group(2)) && isTest(method));
    }
  }

  private static boolean isTest(Method method) {
    return (method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class))
        && !method.isAnnotationPresent(Disabled.class);
  }

  private static List<Class<?>> testClasses() throws IOException, URISyntaxException {
    Path root = Path.of(TcpConformanceTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(root.resolve(TcpConformanceTest.class.getPackageName().replace('.', '/')))) {
      return files.filter(file -> file.toString().endsWith("Test.class"))
          .<Class<?>>map(file -> load(root.relativize(file).toString()))
          .toList();
    }
  }

  private static Class<?> load(String file) {
    try {
      return Class.forName(file.substring(0, file.length() - ".class".length()).replace('/', '.'));
    } catch (ClassNotFoundException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
