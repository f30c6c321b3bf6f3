package org.sluice.host.operator;

import java.util.List;
import org.sluice.spi.console.ConsoleCommand;

/** What the man page says of the commands, in the language of man(7). */
final class ManPage {
  private final List<OperatorCommand> commands;
  private final List<ConsoleCommand> console;

  ManPage(List<OperatorCommand> commands, List<ConsoleCommand> console) {
    this.commands = commands.stream().filter(one -> !one.isHelp() || one.name().equals("help")).toList();
    this.console = console;
  }

  /** The page, of a template that has the rest. */
  String fill(String template) {
    return template.replace("@SYNOPSIS@\n", synopsis()).replace("@COMMANDS@\n", commandList())
        .replace("@CONSOLE@\n", consoleList());
  }

  private String synopsis() {
    StringBuilder text = new StringBuilder();
    for (OperatorCommand command : commands) {
      text.append(text.isEmpty() ? "" : ".br\n").append(".B sluice ").append(escape(command.name())).append('\n');
      if (command.options().stream().anyMatch(option -> !OperatorCommand.isCommon(option))) {
        text.append(".RI [ OPTION ]...\n");
      }
      for (OperatorCommand.Parameter one : command.parameters()) {
        String font = one.literal() ? "B" : "I";
        String word = escape(one.label());
        text.append(one.optional() ? ".R" + font + " [ " + word + " ]" : "." + font + " " + word)
            .append(one.several() && one.optional() ? "..." : "").append('\n');
      }
    }
    return text.toString();
  }

  private String commandList() {
    StringBuilder text = new StringBuilder();
    for (OperatorCommand command : commands) {
      text.append(".TP\n.B ").append(escape(command.name())).append('\n');
      command.description().forEach(line -> text.append(sentence(line)).append('\n'));
      more(command.more(), text);
      List<OperatorCommand.Option> own =
          command.options().stream().filter(option -> !OperatorCommand.isCommon(option)).toList();
      if (!own.isEmpty()) {
        text.append(".RS\n");
        own.forEach(option -> option(option, text));
        text.append(".RE\n");
      }
    }
    return text.toString();
  }

  /** Indented lines are kept as they are. */
  private static void more(List<String> lines, StringBuilder text) {
    boolean example = false;
    for (String line : lines) {
      boolean indented = line.startsWith("  ");
      if (indented != example) {
        text.append(indented ? ".RS\n.nf\n" : ".fi\n.RE\n");
        example = indented;
      }
      text.append(sentence(line.strip())).append('\n');
    }
    text.append(example ? ".fi\n.RE\n" : "");
  }

  private static void option(OperatorCommand.Option option, StringBuilder text) {
    String name = escape(option.name());
    text.append(".TP\n").append(option.label().isEmpty() ? ".B " + name
        : ".BI " + name + " \" " + escape(option.label()) + "\"").append('\n');
    text.append(sentence(option.description())).append('\n');
  }

  private String consoleList() {
    StringBuilder text = new StringBuilder();
    for (ConsoleCommand command : console) {
      text.append(".TP\n");
      String arguments = command.arguments().replace("\"", "\\(dq");
      text.append(arguments.isEmpty() ? ".B " + escape(command.name())
          : ".BR \"" + escape(command.name()) + "\" \" " + escape(arguments) + "\"").append('\n');
      text.append(sentence(command.summary())).append('\n');
      if (!command.example().isEmpty()) {
        text.append(".br\n").append(sentence(command.example())).append('\n');
      }
    }
    return text.toString();
  }

  private static String sentence(String line) {
    String text = escape(line);
    return text.startsWith(".") || text.startsWith("'") ? "\\&" + text : text;
  }

  private static String escape(String text) {
    return text.replace("\\(dq", "\u0000").replace("\\", "\\e").replace("-", "\\-").replace("\u0000", "\\(dq");
  }
}
