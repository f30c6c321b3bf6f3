package org.sluice.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page whose {@code console} blocks show commands behind a prompt, and what each prints. Two things may vary in an
 * output: {@code <port>} stands for any number, and an id such as {@code 0:5} for the one that the host gave in its
 * place, also in the commands that follow. A line with either may have other runs of blanks.
 */
final class Walkthrough {
  private static final String PROMPT = "sluice> ";
  private static final String BLOCK = "```console";
  private static final String PORT = "<port>";
  /** Not a part of an address with its port. */
  private static final Pattern ID = Pattern.compile("(?<![\\w.:])\\d+:\\d+(?![\\w.:])");
  private static final Pattern VARYING = Pattern.compile(ID + "|" + PORT + "| {2,}");

  private final Path page;
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, String> ids = new HashMap<>();

  /** A command, and the lines that follow it on the page. */
  record Step(int line, String command, List<String> output) {
    /** Whether it only looks, so that it may be typed again until what it looks at has happened. */
    boolean shows() {
      return command.startsWith("show ");
    }
  }

  Walkthrough(Path page) throws IOException {
    this.page = page;
    List<String> lines = Files.readAllLines(page);
    boolean inside = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("```")) {
        inside = line.equals(BLOCK);
      } else if (inside && line.startsWith(PROMPT)) {
        steps.add(new Step(i + 1, line.substring(PROMPT.length()), new ArrayList<>()));
      } else if (inside) {
        steps.getLast().output().add(line);
      }
    }
  }

  List<Step> steps() {
    return steps;
  }

  /** The command as it is to be typed, with the ids of the host that runs. */
  String typed(Step step) {
    return ID.matcher(step.command()).replaceAll(id -> ids.getOrDefault(id.group(), id.group()));
  }

  /** What differs between page and host, with its place in the page; empty for nothing, and then the ids are kept. */
  String difference(Step step, List<String> printed) {
    Map<String, String> known = new HashMap<>();
    for (int i = 0; i < Math.max(step.output().size(), printed.size()); i++) {
      String wanted = i < step.output().size() ? step.output().get(i) : null;
      String actual = i < printed.size() ? printed.get(i) : null;
      if (wanted == null || actual == null || !matches(wanted, actual, known)) {
        return page + ":" + (step.line() + 1 + i) + ": '" + step.command() + "' prints another line\n  page: "
            + (wanted == null ? "(nothing more)" : wanted) + "\n  host: "
            + (actual == null ? "(nothing more)" : actual) + "\nall that it prints:\n" + String.join("\n", printed);
      }
    }
    ids.putAll(known);
    return "";
  }

  /** Also notes down what the ids of the page are on the host: within one output each has one meaning. */
  private static boolean matches(String wanted, String actual, Map<String, String> known) {
    Matcher varying = VARYING.matcher(wanted);
    if (!wanted.contains(PORT) && !ID.matcher(wanted).find()) {
      return wanted.equals(actual);
    }
    StringBuilder pattern = new StringBuilder();
    List<String> names = new ArrayList<>();
    int end = 0;
    while (varying.find()) {
      pattern.append(Pattern.quote(wanted.substring(end, varying.start())));
      end = varying.end();
      if (varying.group().isBlank()) {
        pattern.append(" +");
      } else if (varying.group().equals(PORT)) {
        pattern.append("\\d+");
      } else {
        pattern.append("(\\d+:\\d+)");
        names.add(varying.group());
      }
    }
    Matcher line = Pattern.compile(pattern + Pattern.quote(wanted.substring(end))).matcher(actual);
    if (!line.matches()) {
      return false;
    }
    for (int i = 0; i < names.size(); i++) {
      String given = line.group(i + 1);
      String before = known.putIfAbsent(names.get(i), given);
      if (before != null && !before.equals(given)) {
        return false;
      }
    }
    return true;
  }
}
