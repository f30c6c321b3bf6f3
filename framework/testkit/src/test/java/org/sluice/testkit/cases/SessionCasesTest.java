package org.sluice.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The table of docs/session-cases.md is true: what it names exists and is run, and what is run is named. */
class SessionCasesTest {
  private static final String PAGE = "docs/session-cases.md";
  private static final Pattern ROW = Pattern.compile("\\| *(`[^|]+)\\|[^|]+\\| *`([\\w$]+)#(\\w+)` *\\|");
  /** The checks of a case that are not the session layer's, or are not made. */
  private static final Pattern LEFT_OUT = Pattern.compile("\\| *`[^|]+\\|[^|]+\\| *none: .+\\|");

  private record Named(String className, String method) {}

  private static Path page() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve(PAGE))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new AssertionError("no " + PAGE + " above " + Path.of("").toAbsolutePath());
    }
    return folder.resolve(PAGE);
  }

  /** Reads the rows of all tables but their heads; throws naming the line that is wrong. */
  private static Set<Named> check(List<String> lines) {
    Set<Named> named = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      boolean head = line.startsWith("|--") || i + 1 < lines.size() && lines.get(i + 1).startsWith("|--");
      if (!line.startsWith("|") || head || LEFT_OUT.matcher(line).matches()) {
        continue;
      }
      Matcher row = ROW.matcher(line);
      String where = PAGE + ":" + (i + 1) + ": ";
      if (!row.matches()) {
        throw new AssertionError(where + "is no row '| `case` | check | `Class#method` |': " + line);
      }
      Class<?> type = load(row.group(2), where);
      List<Method> methods =
          Arrays.stream(type.getDeclaredMethods()).filter(m -> m.getName().equals(row.group(3))).toList();
      if (methods.isEmpty()) {
        throw new AssertionError(where + type.getSimpleName() + " has no method " + row.group(3));
      }
      if (methods.stream().noneMatch(SessionCasesTest::isTest)) {
        throw new AssertionError(where + row.group(3) + " of " + type.getSimpleName() + " is no test");
      }
      String expected = className(row.group(1));
      if (!type.getSimpleName().equals(expected)) {
        throw new AssertionError(where + "a test of this case stands in " + expected);
      }
      named.add(new Named(row.group(2), row.group(3)));
    }
    return named;
  }

  private static Class<?> load(String simpleName, String where) {
    try {
      return Class.forName(SessionCasesTest.class.getPackageName() + "." + simpleName);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(where + "there is no class " + simpleName, e);
    }
  }

  /** The class of a case: of {@code `endpt-cfg` (a)} it is EndptCfgCaseTest. */
  private static String className(String cell) {
    String words = cell.replace("`", "").replaceAll("\\(.*\\)", "").strip();
    return Arrays.stream(words.split("[- ]"))
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining("", "", "CaseTest"));
  }

  private static boolean isTest(Method method) {
    boolean disabled = method.isAnnotationPresent(Disabled.class)
        || method.getDeclaringClass().isAnnotationPresent(Disabled.class);
    return !disabled && (method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class));
  }

  /** What the page must not name. */
  static final class OffCaseTest {
    @Test
    @Disabled("to be refused")
    void is_off() {}
  }

  /** The classes of this package that are cases, by the files that this class was loaded beside. */
  private static List<Class<?>> caseClasses() throws IOException, URISyntaxException {
    Path root = Path.of(SessionCasesTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path here = root.resolve(SessionCasesTest.class.getPackageName().replace('.', '/'));
    try (Stream<Path> files = Files.list(here)) {
      return files.map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith("CaseTest.class"))
          .<Class<?>>map(name -> load(name.substring(0, name.length() - ".class".length()), ""))
          .toList();
    }
  }

  @Test
  void each_row_names_a_test_and_each_test_of_a_case_has_a_row() throws IOException, URISyntaxException {
    Set<Named> named = check(Files.readAllLines(page()));
    Set<String> missing = new TreeSet<>();
    List<Class<?>> cases = caseClasses();
    assertThat(cases).hasSizeGreaterThan(9);
    for (Class<?> type : cases) {
      for (Method method : type.getDeclaredMethods()) {
        if (isTest(method) && !named.contains(new Named(type.getSimpleName(), method.getName()))) {
          missing.add(type.getSimpleName() + "#" + method.getName());
        }
      }
    }
    assertThat(missing).as("tests without a row in " + PAGE).isEmpty();
  }

  @Test
  void what_is_wrong_is_told_with_its_line() {
    List<String> head = List.of("| Case | Check | Test |", "|---|---|---|");
    String good = "| `basic` | a | `BasicCaseTest#A04_a_second_ip4_listen_fails` |";
    assertThat(check(List.of(head.get(0), head.get(1), good))).hasSize(1);
    assertThat(check(List.of(head.get(0), head.get(1), "| `x` | y | none: not ours |"))).isEmpty();
    for (String[] wrong : new String[][] {
        {"| `basic` | a | `BasicCaseTest#no_such_test` |", "BasicCaseTest has no method no_such_test"},
        {"| `basic` | a | `NoSuchCaseTest#a` |", "there is no class NoSuchCaseTest"},
        {"| `basic` | a | `BasicCaseTest#end` |", "end of BasicCaseTest is no test"},
        {"| `rules` | a | `BasicCaseTest#A04_a_second_ip4_listen_fails` |",
            "a test of this case stands in RulesCaseTest"},
        {"| `off` | a | `SessionCasesTest$OffCaseTest#is_off` |", "is_off of OffCaseTest is no test"},
        {"| basic | a | BasicCaseTest |", "is no row"}}) {
      assertThatThrownBy(() -> check(List.of(head.get(0), head.get(1), good, wrong[0])))
          .isInstanceOf(AssertionError.class).hasMessageStartingWith(PAGE + ":4: ").hasMessageContaining(wrong[1]);
    }
  }
}
