package org.sluice.host.operator;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sluice.spi.console.ConsoleCommand;

/** What the completion of bash offers. */
final class Completion {
  private final List<OperatorCommand> commands;
  private final List<ConsoleCommand> console;

  Completion(List<OperatorCommand> commands, List<ConsoleCommand> console) {
    this.commands = commands;
    this.console = console;
  }

  /** The script, of a template that has the rest. */
  String fill(String template) {
    return template.replace("@CONSOLE@", console.stream().map(ConsoleCommand::name).sorted()
            .collect(Collectors.joining("\n")))
        .replace("@FILES@", options(true)).replace("@VALUES@", options(false))
        .replace("@CTL_OPTIONS@", words(command("ctl"))).replace("@FIRST@", String.join(" ", first()))
        .replace("    @COMMANDS@\n", cases());
  }

  private OperatorCommand command(String name) {
    return commands.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  private Set<String> first() {
    return commands.stream().map(one -> one.name().split(" ", 2)[0]).collect(Collectors.toCollection(
        LinkedHashSet::new));
  }

  /** The options that want a value, a file or something else, as a pattern. */
  private String options(boolean file) {
    Set<String> names = new TreeSet<>();
    for (OperatorCommand command : commands) {
      command.options().stream().filter(one -> !one.label().isEmpty() && one.file() == file)
          .forEach(one -> names.add(one.name()));
    }
    return String.join(" | ", names);
  }

  private static String words(OperatorCommand command) {
    return Stream.concat(command.parameters().stream().filter(OperatorCommand.Parameter::literal)
        .map(OperatorCommand.Parameter::label), command.options().stream().map(OperatorCommand.Option::name))
        .collect(Collectors.joining(" "));
  }

  private String cases() {
    List<String> lines = new ArrayList<>();
    for (String word : first()) {
      List<OperatorCommand> below =
          commands.stream().filter(one -> one.name().startsWith(word + " ")).toList();
      if (!below.isEmpty()) {
        String names = below.stream().map(one -> one.name().substring(word.length() + 1))
            .collect(Collectors.joining(" "));
        lines.add("'" + word + "') words='" + names + "' ;;");
        below.forEach(one -> lines.add("'" + one.name() + "') words='" + words(one) + "' ;;"));
      } else if (word.equals("help")) {
        lines.add("help) words='" + String.join(" ", first()) + "' ;;");
      } else if (!word.equals("ctl")) {
        lines.add("'" + word + "') words='" + words(command(word)) + "' ;;");
      }
    }
    return lines.stream().map(line -> "    " + line + "\n").collect(Collectors.joining());
  }
}
