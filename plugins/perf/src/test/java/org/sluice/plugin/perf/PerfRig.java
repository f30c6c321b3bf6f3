package org.sluice.plugin.perf;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import org.sluice.plugin.cutthrough.CutThroughTransport;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.testkit.console.RecordingOutput;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;

/**
 * A simulated host with cut-through and the plugin, in which time passes while commands run: a little with each turn.
 */
final class PerfRig {
  static final String URI = "ct://127.0.0.1/5201";
  static final int FIFO_BYTES = 64 << 10;

  final Simulation simulation;
  final TestHost plugin;
  final PerfApplication application;
  /** How much time passes with each turn. */
  long turnNs = 1_000;
  private int peers;

  PerfRig(long seed, int dataWorkers, Map<String, Object> changed) {
    Map<String, Object> settings = new HashMap<>(Map.of(
        "listen", List.of(URI), "fifo", FIFO_BYTES, "timeout", Duration.ofHours(1), "limit.sessions", 1000));
    settings.putAll(changed);
    simulation = new Simulation(seed, dataWorkers);
    TestHost cutThrough = simulation.host("local-cutthrough", Map.of("max-connections", 10_000));
    simulation.start(cutThrough, new CutThroughTransport(cutThrough));
    plugin = simulation.host("perf", settings);
    application = simulation.start(plugin, new PerfApplication(plugin));
    simulation.run();
  }

  RecordingOutput stream(String... arguments) throws Exception {
    return run(new StreamCommand(plugin, application), arguments);
  }

  RecordingOutput rtt(String... arguments) throws Exception {
    return run(new RttCommand(plugin, application), arguments);
  }

  RecordingOutput connect(String... arguments) throws Exception {
    return run(new ConnectCommand(plugin, application), arguments);
  }

  RecordingOutput run(ConsoleCommand command, String... arguments) throws Exception {
    RecordingOutput output = new RecordingOutput();
    run(command, output, () -> false, arguments);
    return output;
  }

  /** Runs a command to its end, and interrupts it when a condition holds. */
  void run(ConsoleCommand command, RecordingOutput output, BooleanSupplier interrupt, String... arguments)
      throws CommandException, InterruptedException {
    FutureTask<Boolean> task = new FutureTask<>(() -> {
      command.run(List.of(arguments), output);
      return true;
    });
    Thread thread = Thread.ofPlatform().daemon().name(command.name()).start(task);
    while (!task.isDone()) {
      if (!simulation.runtime().step()) {
        Thread.onSpinWait();
      }
      simulation.runtime().clock().advanceNs(turnNs);
      if (interrupt.getAsBoolean()) {
        thread.interrupt();
      }
    }
    simulation.run();
    try {
      task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case CommandException refused -> throw refused;
        case InterruptedException interrupted -> throw interrupted;
        case null, default -> throw new AssertionError(command.name() + " failed", e.getCause());
      }
    }
  }

  /** Attaches another end and lets it go as far as it can. */
  <T extends Application> T attach(T peer) {
    ApplicationContext attached =
        simulation.await(() -> plugin.applications().attach(peer, AttachOptions.named("peer-" + ++peers)));
    assert attached != null;
    simulation.run();
    return peer;
  }

  long count(String counter) {
    return plugin.count(counter);
  }

  /** Takes the plugin away, with all that tests attached through it, and checks that nothing stays. */
  void stop() {
    simulation.run();
    simulation.stop(plugin);
    simulation.run();
    simulation.requireNothingLeft();
  }
}
