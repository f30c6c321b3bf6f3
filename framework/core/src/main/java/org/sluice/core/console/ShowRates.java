package org.sluice.core.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.sluice.core.runtime.WorkerView;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/**
 * {@code show rates}: what happens now, from two looks at workers and counters. Fits a terminal of 80 columns and 24
 * lines, so that it can be watched.
 */
final class ShowRates extends StackCommand {
  private static final int MOST_SECONDS = 60;
  private static final int MOST_WORKERS = 4;
  private static final int MOST_RATES = 8;
  private static final int MOST_LOSSES = 4;
  private static final double NS_PER_SECOND = 1e9;
  /** Words of counters that an operator would rather not see grow. */
  private static final Pattern LOSS =
      Pattern.compile(".*(drop|error|limit|fault|refused|retransmit|timeout|missed|malformed|stuck).*");

  private final StackParts parts;
  private final WorkerQueries queries;

  ShowRates(StackParts parts, WorkerQueries queries) {
    super("show rates", "[SECONDS]",
        "Show what happens in a second, from two looks SECONDS apart; drops and errors by themselves");
    this.parts = parts;
    this.queries = queries;
  }

  /** What was seen at one moment. */
  private record Look(long nowNs, List<WorkerView> workers, List<Integer> sessions, Map<String, Long> counters) {}

  private record Rate(String counter, double perSecond, long total) {}

  @Override
  public String example() {
    return "show rates 5";
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    Words words = words(arguments);
    int seconds = words.hasNext() ? words.number("SECONDS", 1, MOST_SECONDS) : 1;
    words.end();
    Look first = look();
    // Whoever gives the command up interrupts its thread.
    boolean _ = new CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
    Look second = look();
    double elapsed = Math.max(1, second.nowNs() - first.nowNs()) / NS_PER_SECOND;
    workers(first, second, elapsed, output);
    List<Rate> rates = rates(first, second, elapsed);
    table("rates", "Counter", rates.stream().filter(rate -> !LOSS.matcher(rate.counter()).matches()).toList(),
        MOST_RATES, output);
    table("losses", "Drops, errors and repeats",
        rates.stream().filter(rate -> LOSS.matcher(rate.counter()).matches()).toList(), MOST_LOSSES, output);
  }

  private Look look() throws CommandException, InterruptedException {
    List<WorkerView> views = new ArrayList<>();
    List<Integer> sessions = new ArrayList<>();
    for (int index = 0; index < queries.count(); index++) {
      int worker = index;
      views.add(queries.ask(worker, () -> parts.workers().worker(worker).view()));
      sessions.add(queries.ask(worker, () -> parts.sessions().worker(worker).liveSessions()));
    }
    Map<String, Long> counters = new TreeMap<>();
    parts.counters().forEach((name, counter) -> counters.put(name, counter.value()));
    return new Look(queries.ask(0, () -> parts.workers().worker(0).nowNs()), views, sessions, counters);
  }

  private void workers(Look first, Look second, double elapsed, ConsoleOutput output) {
    output.table("workers", Column.of("Worker", 12), new Column("Turns/s", "turns_per_second", -11),
        new Column("Work/s", "work_per_second", -11), new Column("Sleeps/s", "sleeps_per_second", -9),
        new Column("Idle %", "idle_percent", -7), Column.of("Mailbox", -8), Column.of("Sessions", -9));
    for (int i = 0; i < Math.min(MOST_WORKERS, second.workers().size()); i++) {
      WorkerView before = first.workers().get(i);
      WorkerView after = second.workers().get(i);
      long turns = after.turns() - before.turns();
      output.row(parts.workers().worker(i).name(), perSecond(turns, elapsed),
          perSecond(after.work() - before.work(), elapsed), perSecond(after.sleeps() - before.sleeps(), elapsed),
          turns == 0 ? 100 : (after.idleTurns() - before.idleTurns()) * 100 / turns, after.mailboxDepth(),
          second.sessions().get(i));
    }
    if (second.workers().size() > MOST_WORKERS) {
      output.line(second.workers().size() - MOST_WORKERS + " more workers: show workers");
    }
  }

  private static List<Rate> rates(Look first, Look second, double elapsed) {
    List<Rate> rates = new ArrayList<>();
    second.counters().forEach((name, value) -> {
      long grown = value - first.counters().getOrDefault(name, 0L);
      if (grown > 0) {
        rates.add(new Rate(name, grown / elapsed, value));
      }
    });
    rates.sort(Comparator.comparingDouble(Rate::perSecond).reversed().thenComparing(Rate::counter));
    return rates;
  }

  private static void table(String key, String title, List<Rate> rates, int most, ConsoleOutput output) {
    output.table(key, new Column(title, "counter", 42), new Column("per second", "per_second", -12),
        Column.of("Total", -18));
    rates.stream().limit(most).forEach(
        rate -> output.row(rate.counter(), Math.round(rate.perSecond()), rate.total()));
  }

  private static long perSecond(long grown, double elapsed) {
    return Math.round(grown / elapsed);
  }
}
