package org.sluice.host.operator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A command of the command line, as its model has it.
 *
 * @param name its words without the program's, as in {@code plugin list}
 * @param description what it does, a sentence each
 * @param more what its help says at the end; an indented line is an example
 * @param options those with a long name
 * @param parameters what may follow
 */
record OperatorCommand(
    String name, List<String> description, List<String> more, List<Option> options, List<Parameter> parameters) {

  /**
   * An option.
   *
   * @param label its value, empty for none
   * @param file whether the value is a file or folder
   */
  record Option(String name, String label, boolean file, String description) {}

  /**
   * A word that may follow.
   *
   * @param literal whether the label is the word itself
   */
  record Parameter(String label, boolean optional, boolean several, boolean literal) {}

  /** All commands below one that have none below themselves, in the order of the help. */
  static List<OperatorCommand> of(CommandLine program) {
    List<OperatorCommand> found = new ArrayList<>();
    collect("", program, found);
    return found;
  }

  private static void collect(String prefix, CommandLine line, List<OperatorCommand> into) {
    line.getSubcommands().forEach((word, command) -> {
      CommandSpec spec = command.getCommandSpec();
      if (spec.usageMessage().hidden()) {
        return;
      }
      if (command.getSubcommands().isEmpty()) {
        into.add(of(prefix + word, spec));
      } else {
        collect(prefix + word + " ", command, into);
      }
    });
  }

  private static OperatorCommand of(String name, CommandSpec spec) {
    return new OperatorCommand(name, List.of(spec.usageMessage().description()),
        Stream.of(spec.usageMessage().footer()).filter(line -> !line.isBlank()).toList(),
        spec.options().stream().filter(option -> !option.hidden()).map(OperatorCommand::option).toList(),
        spec.positionalParameters().stream().filter(one -> !one.hidden()).map(OperatorCommand::parameter).toList());
  }

  private static Option option(OptionSpec spec) {
    boolean file = spec.type() == Path.class || List.of(spec.auxiliaryTypes()).contains(Path.class);
    return new Option(spec.longestName(), spec.arity().max() == 0 ? "" : spec.paramLabel(), file,
        String.join(" ", spec.description()));
  }

  private static Parameter parameter(PositionalParamSpec spec) {
    String label = spec.paramLabel();
    return new Parameter(label, spec.arity().min() == 0, spec.arity().max() > 1,
        label.equals(label.toLowerCase(Locale.ROOT)));
  }

  boolean isHelp() {
    return name.equals("help") || name.endsWith(" help");
  }

  /** Whether every command has this option. */
  static boolean isCommon(Option option) {
    return option.name().equals("--help") || option.name().equals("--version");
  }
}
