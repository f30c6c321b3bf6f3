package org.sluice.benchmarks.sidebyside;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param suite which suite
 * @param quick whether to see that it runs rather than to measure
 * @param list whether to say what there is and run nothing
 * @param only which experiments, as a pattern with {@code *} and {@code ?}
 * @param json where to write the results too, or null
 */
record Options(String suite, boolean quick, boolean list, String only, @Nullable Path json) {

  /**
   * Reads arguments.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  static Options parse(List<String> arguments) {
    String suite = "";
    boolean quick = false;
    boolean list = false;
    String only = "*";
    Path json = null;
    for (Iterator<String> left = arguments.iterator(); left.hasNext(); ) {
      String argument = left.next();
      switch (argument) {
        case "--quick" -> quick = true;
        case "--list" -> list = true;
        case "--only" -> only = valueOf(argument, left);
        case "--json" -> json = Path.of(valueOf(argument, left));
        default -> {
          if (argument.startsWith("-") || !suite.isEmpty()) {
            throw new IllegalArgumentException("unknown option: " + argument);
          }
          suite = argument;
        }
      }
    }
    return new Options(suite, quick, list, only, json);
  }

  private static String valueOf(String option, Iterator<String> left) {
    if (!left.hasNext()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return left.next();
  }

  /** Whether an experiment is wanted. */
  boolean wants(String name) {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + only);
    return matcher.matches(Path.of(name));
  }
}
