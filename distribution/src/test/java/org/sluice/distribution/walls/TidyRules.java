package org.sluice.distribution.walls;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a look at the text of one file finds. */
final class TidyRules {
  static final int MAX_LINES = 600;

  private static final Pattern UNNUMBERED = Pattern.compile("\\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\\b(?! ?\\(?#\\d+)");
  private static final Pattern NULL_MARKED = Pattern.compile("@(org\\.jspecify\\.annotations\\.)?NullMarked");
  private static final Pattern MACHINE_PATH = Pattern.compile("(?<![\\w.~$}*-])/(work|root|farm)/");

  private TidyRules() {}

  /** Lines of the form {@code name:line: what is wrong}. */
  static List<String> check(String name, String text) {
    List<String> found = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String place = name + ":" + (i + 1) + ": ";
      String line = lines.get(i);
      if (line.indexOf('\t') >= 0) {
        found.add(place + "tab");
      }
      if (!line.isEmpty() && Character.isWhitespace(line.charAt(line.length() - 1))) {
        found.add(place + "trailing blank");
      }
      if (UNNUMBERED.matcher(line).find()) {
        found.add(place + "unfinished work without an issue number");
      }
      if (MACHINE_PATH.matcher(line).find()) {
        found.add(place + "path of one machine");
      }
    }
    if (name.endsWith(".java") && lines.size() > MAX_LINES) {
      found.add(name + ": " + lines.size() + " lines, at most " + MAX_LINES);
    }
    if (!text.isEmpty() && !text.endsWith("\n")) {
      found.add(name + ": no newline at the end");
    }
    if (name.endsWith("package-info.java") && !NULL_MARKED.matcher(text).find()) {
      found.add(name + ": not @NullMarked");
    }
    if (name.endsWith("package-info.java") && !text.startsWith("/**")) {
      found.add(name + ": says nothing about its package");
    }
    return found;
  }
}
