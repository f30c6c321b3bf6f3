package org.sluice.host.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import org.sluice.host.boot.Version;
import org.sluice.host.console.StreamSink;
import org.sluice.host.problem.Nearest;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command {@code sluice}: knows where the distribution is and where to write, and hands over to the others. */
@Command(
    name = "sluice",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    description = "A user-space host stack for the JVM.",
    versionProvider = SluiceCommand.Versions.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice demo                         move a file between two plugins, checked",
      "  sluice run --plugin my-plugin.jar   start a host with one more plugin",
      "  sluice ctl show session verbose     ask the running host",
      "  sluice top                          watch it",
      "  sluice doctor                       what this machine lacks",
      "",
      "Configuration: conf/sluice.conf. Plugins: the jars in plugins/.",
      "Exit status: 0 done, 1 failed, 2 wrong usage, 3 no host runs, 130 cancelled."
    })
public final class SluiceCommand {
  private final Shell shell;

  private SluiceCommand(Shell shell) {
    this.shell = shell;
  }

  /**
   * Runs a command line.
   *
   * @param home the folder of the distribution
   * @return the exit status
   */
  public static int run(Path home, PrintStream out, PrintStream err, String... arguments) {
    return line(home, out, err).execute(arguments.length == 0 ? new String[] {"help"} : arguments);
  }

  /**
   * The command with its subcommands and options: what man page and completions have to agree with.
   *
   * @param home the folder of the distribution
   */
  public static CommandLine line(Path home, PrintStream out, PrintStream err) {
    SluiceCommand sluice = new SluiceCommand(new Shell(home, out, err));
    CommandLine line = new CommandLine(sluice)
        .addSubcommand(new RunCommand(sluice))
        // What follows the first word belongs to the command that the host runs.
        .addSubcommand(new CommandLine(new CtlCommand(sluice)).setStopAtPositional(true))
        .addSubcommand(new TopCommand(sluice))
        .addSubcommand(new DemoCommand(sluice))
        .addSubcommand(new DoctorCommand(sluice))
        .addSubcommand(PluginCommand.line(sluice))
        .addSubcommand(ConfigCommand.line(sluice))
        .addSubcommand(new VersionCommand(sluice))
        .addSubcommand(new HelpCommand());
    line.setParameterExceptionHandler((wrong, given) -> wrongUsage(wrong));
    line.setOut(new PrintWriter(out, true, out.charset()));
    line.setErr(new PrintWriter(err, true, err.charset()));
    line.setExecutionExceptionHandler(
        (thrown, command, parsed) -> sluice.shell.failed(command.getCommandName(), thrown));
    return line;
  }

  private static int wrongUsage(CommandLine.ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String hint = "'" + name + " --help' explains";
    String message = Objects.toString(wrong.getMessage());
    if (wrong instanceof CommandLine.UnmatchedArgumentException unmatched && !command.getSubcommands().isEmpty()) {
      String word = unmatched.getUnmatched().getFirst();
      message = "unknown command '" + word + "'" + Nearest.to(word, command.getSubcommands().keySet())
          .map(nearest -> "; did you mean '" + nearest + "'?").orElse("");
      hint = "'" + name + " help' lists the commands";
    }
    command.getErr().println(name + ": " + message + "\n  " + hint);
    return CommandLine.ExitCode.USAGE;
  }

  Shell shell() {
    return shell;
  }

  Path home() {
    return shell.home();
  }

  PrintStream out() {
    return shell.out();
  }

  PrintStream err() {
    return shell.err();
  }

  static boolean onTerminal() {
    return Shell.onTerminal();
  }

  StreamSink sink() {
    return shell.sink();
  }

  /** For {@code --version} of picocli's own. */
  static final class Versions implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {Version.current().toString()};
    }
  }
}
