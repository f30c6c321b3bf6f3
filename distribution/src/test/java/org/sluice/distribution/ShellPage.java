package org.sluice.distribution;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A page whose {@code console} blocks show shell commands behind {@code $}, and what each prints. {@code <word>} stands
 * for what differs from run to run, a run of blanks for any number of them, and a line {@code ...} for any lines. A
 * line that begins with {@code #} is for the reader.
 */
final class ShellPage {
  private static final String PROMPT = "$ ";
  private static final String BLOCK = "```console";
  private static final Pattern VARYING = Pattern.compile("<[a-z][a-z ]*>| {2,}");

  private final Path page;
  private final List<Step> steps = new ArrayList<>();

  /** A command, and the lines that follow it on the page. */
  record Step(int line, String command, List<String> output) {}

  ShellPage(Path page) throws IOException {
    this.page = page;
    List<String> lines = Files.readAllLines(page);
    boolean inside = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("```")) {
        inside = line.equals(BLOCK);
      } else if (inside && line.startsWith(PROMPT)) {
        steps.add(new Step(i + 1, line.substring(PROMPT.length()), new ArrayList<>()));
      } else if (inside && !line.startsWith("#")) {
        steps.getLast().output().add(line);
      }
    }
  }

  List<Step> steps() {
    return steps;
  }

  /** Why the lines are not those of the page, or nothing. */
  String difference(Step step, List<String> printed) {
    if (matches(step.output(), printed)) {
      return "";
    }
    return page.getFileName() + ":" + step.line() + ": '" + step.command() + "' prints\n  "
        + String.join("\n  ", printed) + "\nand the page says\n  " + String.join("\n  ", step.output());
  }

  private static boolean matches(List<String> wanted, List<String> printed) {
    if (wanted.isEmpty()) {
      return printed.isEmpty();
    }
    List<String> rest = wanted.subList(1, wanted.size());
    if (wanted.getFirst().equals("...")) {
      for (int skipped = 0; skipped <= printed.size(); skipped++) {
        if (matches(rest, printed.subList(skipped, printed.size()))) {
          return true;
        }
      }
      return false;
    }
    return !printed.isEmpty() && sameLine(wanted.getFirst(), printed.getFirst())
        && matches(rest, printed.subList(1, printed.size()));
  }

  private static boolean sameLine(String wanted, String actual) {
    StringBuilder pattern = new StringBuilder();
    int end = 0;
    for (var varying = VARYING.matcher(wanted); varying.find(); end = varying.end()) {
      pattern.append(Pattern.quote(wanted.substring(end, varying.start())))
          .append(varying.group().isBlank() ? " +" : ".+?");
    }
    return Pattern.matches(pattern + Pattern.quote(wanted.substring(end)) + " *", actual);
  }

  /** A shell that stays from one command to the next, in a folder of its own. */
  static final class Shell implements AutoCloseable {
    private static final String END = "--- the command has ended ---";
    private static final long DEADLINE_SECONDS = 120;

    private final Process process;
    private final Writer input;
    private final BufferedReader output;

    Shell(Path folder) throws IOException {
      process = new Launch(Path.of("bash")).with("COLUMNS", "120").with("HOME", folder).in(folder).start();
      input = process.outputWriter(StandardCharsets.UTF_8);
      output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** What a command and what it started in the background print until it has ended. */
    List<String> type(String command) throws IOException {
      input.write(command + "\necho '" + END + "'\n");
      input.flush();
      List<String> lines = new ArrayList<>();
      String line = output.readLine();
      while (line != null && !line.endsWith(END)) {
        lines.add(line);
        line = output.readLine();
      }
      // The last line of a command need not end.
      String last = line == null ? "(the shell has ended)" : line.substring(0, line.length() - END.length());
      if (!last.isEmpty()) {
        lines.add(last);
      }
      return lines;
    }

    /** Ends the shell and what it started. */
    @Override
    public void close() {
      List<ProcessHandle> started = process.descendants().toList();
      process.destroy();
      started.forEach(ProcessHandle::destroy);
      process.onExit().orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS).join();
    }
  }
}
