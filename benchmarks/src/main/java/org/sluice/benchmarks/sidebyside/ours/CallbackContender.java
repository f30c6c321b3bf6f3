package org.sluice.benchmarks.sidebyside.ours;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.sluice.benchmarks.sidebyside.harness.StuckException;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Reading;
import org.sluice.spi.application.Application;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;

/** A scenario whose both ends run on one worker: begun there, ended there by a callback. */
abstract class CallbackContender implements Contender {
  private static final long TIMEOUT_SECONDS = 30;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  final SluiceHost host;
  private volatile CompletableFuture<Reading> result = new CompletableFuture<>();
  private long startNs;
  private long nanos;
  private long allocatedBefore;

  CallbackContender(SluiceHost host) {
    this.host = host;
  }

  /** Begins a repetition. Worker. */
  abstract void begin();

  @Override
  public Reading run(long repetitionNs) throws Exception {
    result = new CompletableFuture<>();
    host.onWorker(() -> {
      nanos = repetitionNs;
      allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
      startNs = System.nanoTime();
      begin();
      return true;
    });
    return await(result);
  }

  /** Waits for something that callbacks complete, or for their failure. */
  final <T> T await(CompletableFuture<T> future) throws Exception {
    try {
      CompletableFuture.anyOf(future, result).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return future.join();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      throw new StuckException(e);
    }
  }

  /** Whether no new work shall begin. Worker. */
  final boolean isOver(long nowNs) {
    return nowNs - startNs >= nanos;
  }

  /** Ends the repetition. Worker. */
  final void finish(long operations, long bytes, @Nullable Histogram latency) {
    long elapsed = System.nanoTime() - startNs;
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
    result.complete(new Reading(operations, bytes, elapsed, allocated, latency));
  }

  final void fail(Exception why) {
    result.completeExceptionally(why);
  }

  /** The count of a read or write; an error ends the repetition. */
  final int checked(int count) {
    if (count < 0) {
      fail(new IllegalStateException("a call failed: " + SessionError.of(count)));
    }
    return count;
  }

  @Override
  public void close() throws Exception {
    host.close();
  }

  /** An application whose sessions are to stay. */
  abstract class Steady implements Application {
    @Override
    public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
      fail(new IllegalStateException("a connect failed: " + error));
    }

    @Override
    public void onDisconnected(Session session) {
      onReset(session);
    }

    @Override
    public void onReset(Session session) {
      fail(new IllegalStateException("a session ended"));
      session.close();
    }
  }
}
