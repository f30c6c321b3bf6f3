package org.sluice.plugin.perf;

import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.NamespaceWords;
import org.sluice.spi.host.HostServices;

/** Takes runs from their attachment to their end, on the command's thread, and shows how far they are. */
final class Runner {
  private static final long POLL_NS = 200_000_000L;
  private static final double NS_PER_SECOND = 1e9;

  private final HostServices services;
  private final PerfSettings settings;
  private final ConsoleOutput output;
  private long reportNs;
  private long reportedMessages;
  private long reportedBytes;

  Runner(HostServices services, PerfSettings settings, ConsoleOutput output) {
    this.services = services;
    this.settings = settings;
    this.output = output;
  }

  /**
   * Runs to the end.
   *
   * @param run attached here, and detached whatever happens
   * @param options how to attach it
   * @param arguments where to, and for how long
   * @param what shown with the progress
   * @return the seconds from the first message to the last answer
   */
  double run(Run run, AttachOptions options, RunArguments arguments, String what)
      throws CommandException, InterruptedException {
    CompletableFuture<ApplicationContext> attached = services.applications().attach(run, options);
    try {
      connect(run, attached, arguments.uri());
      long startNs = now();
      reportNs = startNs;
      reportedMessages = 0;
      reportedBytes = 0;
      run.begin();
      boolean ended = await(run.ended(), startNs + arguments.timeNs(), () -> report(run, what, startNs, arguments));
      if (!ended) {
        run.finish();
        ended = await(run.ended(), now() + settings.timeoutNs(), () -> output.progress(what + ": last answers"));
      }
      double seconds = Math.max(1, now() - startNs) / NS_PER_SECOND;
      if (!ended) {
        run.outcomes().failed("no answer", run.left());
      }
      return seconds;
    } finally {
      var _ = attached.thenCompose(ApplicationContext::detach);
    }
  }

  /** Fails when a session of the run has. */
  static void check(Run run) throws CommandException {
    long failed = run.outcomes().failed();
    if (failed > 0) {
      StringBuilder text = new StringBuilder();
      run.outcomes().failures().forEach((why, count) ->
          text.append(text.isEmpty() ? "" : ", ").append(why).append(' ').append(count));
      throw CommandException.failure(failed + " of " + (failed + run.outcomes().succeeded())
          + " sessions failed: " + text + "; 'show session stats' and 'show perf' tell more");
    }
  }

  private void connect(Run run, CompletableFuture<ApplicationContext> attached, String uri)
      throws CommandException, InterruptedException {
    boolean ready = await(
        attached.thenCompose(_ -> run.ready()), now() + settings.timeoutNs(),
        () -> output.progress(uri + ": connecting"));
    if (!ready) {
      throw CommandException.failure("not all sessions were connected to " + uri + " within "
          + TimeUnit.NANOSECONDS.toMillis(settings.timeoutNs()) + " ms (plugins.perf.timeout)");
    }
  }

  /** Waits until a moment; false when it has come first. */
  private boolean await(CompletableFuture<@Nullable Void> future, long untilNs, Runnable progress)
      throws CommandException, InterruptedException {
    while (true) {
      long leftNs = untilNs - now();
      if (leftNs <= 0) {
        return future.isDone() && !future.isCompletedExceptionally();
      }
      try {
        var _ = future.get(Math.min(leftNs, POLL_NS), TimeUnit.NANOSECONDS);
        return true;
      } catch (TimeoutException e) {
        progress.run();
      } catch (ExecutionException e) {
        throw NamespaceWords.failure(e);
      }
      if (output.isCancelled()) {
        throw CommandException.failure("cancelled");
      }
    }
  }

  /** Once a second. */
  private void report(Run run, String what, long startNs, RunArguments arguments) {
    long nowNs = now();
    double seconds = (nowNs - reportNs) / NS_PER_SECOND;
    if (seconds < 1) {
      return;
    }
    long messages = run.messages();
    long bytes = run.bytes();
    output.progress(String.format(
        Locale.ROOT,
        "%s: %.0f of %.0f s, %.0f %s/s, %s",
        what,
        (nowNs - startNs) / NS_PER_SECOND,
        arguments.timeNs() / NS_PER_SECOND,
        (messages - reportedMessages) / seconds,
        run.unit(),
        Units.rateText((bytes - reportedBytes) / seconds)));
    reportNs = nowNs;
    reportedMessages = messages;
    reportedBytes = bytes;
  }

  private long now() {
    return services.clock().nanoTime();
  }
}
