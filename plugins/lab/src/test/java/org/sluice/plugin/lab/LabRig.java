package org.sluice.plugin.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sluice.plugin.cutthrough.CutThroughTransport;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.testkit.console.RecordingOutput;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;

/** A simulated host with cut-through and the bench, in which the commands of both stack and bench are typed. */
final class LabRig {
  final Simulation simulation = new Simulation(5, 1);
  final TestHost plugin;
  final HoleTransport hole;
  private final List<ConsoleCommand> commands;

  LabRig(Map<String, Object> changed) {
    Map<String, Object> settings = new HashMap<>(Map.of("connect-timeout", Duration.ofMinutes(10),
        "wait", Duration.ofMinutes(1), "limit.pending", 1000, "limit.connects", 100));
    settings.putAll(changed);
    TestHost cutThrough = simulation.host("local-cutthrough", Map.of("max-connections", 100));
    simulation.start(cutThrough, new CutThroughTransport(cutThrough));
    plugin = simulation.host("lab", settings);
    hole = simulation.start(plugin, new HoleTransport(plugin));
    AttachCommand attach = new AttachCommand(plugin, hole);
    commands = new ArrayList<>(List.of(attach, new ListenCommand(attach), new ConnectCommand(attach),
        new PendingCommand(attach), new CancelCommand(attach), new AnswerCommand(attach), new RefuseCommand(attach),
        new SendCommand(attach), new CloseCommand(attach), new DetachCommand(attach), new ShowCommand(attach)));
    commands.addAll(simulation.stack().consoleCommands());
  }

  /** A host with an interface {@code loop0} of the address 10.0.0.1/24 in table 0. */
  static LabRig withNetwork(Map<String, Object> changed) throws Exception {
    LabRig rig = new LabRig(changed);
    rig.run("interface add loop");
    rig.run("address add loop0 10.0.0.1/24");
    return rig;
  }

  ConsoleCommand command(String typed) {
    return commands.stream()
        .filter(command -> (typed + " ").startsWith(command.name() + " "))
        .max((a, b) -> Integer.compare(a.name().length(), b.name().length()))
        .orElseThrow(() -> new IllegalArgumentException("no command " + typed));
  }

  RecordingOutput run(String typed) throws Exception {
    RecordingOutput output = new RecordingOutput();
    run(typed, output);
    return output;
  }

  private void run(String typed, RecordingOutput output) throws CommandException, InterruptedException {
    ConsoleCommand command = command(typed);
    String rest = typed.substring(command.name().length()).strip();
    simulation.command(command, output, rest.isEmpty() ? new String[0] : rest.split(" "));
    simulation.run();
  }

  /** What is offered for the last word, which is empty after a blank. */
  List<String> complete(String typed) throws Exception {
    Completion completion = new Completion(command(typed));
    simulation.command(
        completion, new RecordingOutput(), typed.substring(completion.of.name().length() + 1).split(" ", -1));
    return completion.offered;
  }

  /** Completes on the thread of a command, since the stack runs meanwhile on that of the test. */
  private static final class Completion implements ConsoleCommand {
    final ConsoleCommand of;
    List<String> offered = List.of();

    Completion(ConsoleCommand of) {
      this.of = of;
    }

    @Override
    public String name() {
      return "completion";
    }

    @Override
    public String summary() {
      return "";
    }

    @Override
    public void run(List<String> words, ConsoleOutput output) {
      offered = of.complete(words);
    }
  }

  /** What is seen when lines are typed, complaints with their exit status included. */
  String transcript(String... typed) throws Exception {
    StringBuilder all = new StringBuilder();
    for (String line : typed) {
      RecordingOutput output = new RecordingOutput();
      String complaint = "";
      try {
        run(line, output);
      } catch (CommandException e) {
        complaint = e.exitStatus() + ": " + e.getMessage() + "\n";
      }
      all.append("> ").append(line).append('\n').append(output.text()).append(complaint).append('\n');
    }
    return all.toString();
  }

  /** Takes the plugin away, and checks that nothing of it stays. */
  void stop() {
    simulation.run();
    simulation.stop(plugin);
    simulation.run();
    simulation.requireNothingLeft();
  }
}
