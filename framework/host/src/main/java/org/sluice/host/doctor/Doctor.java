package org.sluice.host.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.sluice.core.network.NetworkPlane;
import org.sluice.host.problem.Problem;
import org.sluice.host.start.StartCache;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** {@code doctor}: looks at Java, at what the kernel lets this process do, and asks each driver of cards. */
public final class Doctor {
  private static final long PATIENCE_S = 10;

  private final NetworkPlane network;
  private final Supplier<List<Problem>> pluginProblems;

  /**
   * Makes the command.
   *
   * @param network whose drivers are asked
   * @param pluginProblems what is wrong with plugins
   */
  public Doctor(NetworkPlane network, Supplier<List<Problem>> pluginProblems) {
    this.network = network;
    this.pluginProblems = pluginProblems;
  }

  /**
   * Looks, and prints what it found.
   *
   * @param output where to
   * @throws CommandException when something is missing
   */
  public void run(ConsoleOutput output) throws CommandException, InterruptedException {
    List<Check> checks = new ArrayList<>();
    checks.addAll(JvmChecks.of(StartCache.of(System.getProperties())));
    checks.add(Check.good("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version")));
    checks.addAll(process());
    checks.addAll(drivers());
    checks.addAll(plugins());
    output.table("checks", Column.of("Check", 16), Column.of("State", 7), Column.of("Found"), Column.of("Remedy"));
    for (Check one : checks) {
      output.row(one.what(), one.state(), one.found(), one.remedy());
    }
    long missing = checks.stream().filter(one -> !one.good()).count();
    if (missing > 0) {
      throw CommandException.failure(missing + " of " + checks.size() + " checks say that something is missing; what "
          + "needs it says the remedy, and everything else works");
    }
  }

  private static List<Check> process() {
    Path self = Path.of("/proc/self");
    try {
      return ProcessChecks.of(Files.readAllLines(self.resolve("limits")), Files.readAllLines(self.resolve("status")));
    } catch (IOException e) {
      return List.of(Check.bad("process", "no " + self, "cards of the host need Linux"));
    }
  }

  private List<Check> plugins() {
    List<Problem> problems = pluginProblems.get();
    return problems.isEmpty() ? List.of(Check.good("plugins", "no problem"))
        : problems.stream().map(one -> Check.bad("plugin " + one.place(), one.id() + ": " + one.cause(), one.remedy()))
            .toList();
  }

  private List<Check> drivers() throws CommandException, InterruptedException {
    List<Check> checks = new ArrayList<>();
    CompletableFuture<Map<String, List<String>>> answer = network.probeDrivers();
    try {
      answer.get(PATIENCE_S, TimeUnit.SECONDS).forEach((name, missing) -> {
        if (missing.isEmpty()) {
          checks.add(Check.good("driver " + name, "works"));
        }
        missing.forEach(sentence -> checks.add(Check.bad("driver " + name, "does not work", sentence)));
      });
      return checks;
    } catch (TimeoutException e) {
      throw CommandException.failure("worker 0 did not answer within " + PATIENCE_S + " s; see 'show workers'");
    } catch (ExecutionException e) {
      throw CommandException.failure("a driver broke: " + e.getCause());
    }
  }
}
