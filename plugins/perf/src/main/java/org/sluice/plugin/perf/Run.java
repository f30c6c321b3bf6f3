package org.sluice.plugin.perf;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;

/**
 * One measurement: an application of its own, attached as long as it takes. {@link Runner} attaches it, waits for
 * {@link #ready}, begins it, and finishes it when its time is over; it has ended when each session has.
 */
abstract class Run implements Application {
  private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private final Outcomes outcomes = new Outcomes();
  private volatile @Nullable ApplicationContext context;
  private volatile boolean finishing;

  /** Begins to measure. The command's thread, once ready. */
  abstract void begin();

  /** Has the sessions end in good order. The command's thread, after {@link #begin}. */
  void finish() {
    finishing = true;
  }

  /** What is measured so far. Any thread. */
  abstract List<Lane> lanes();

  /** Sessions that have not ended. Any thread. */
  abstract int left();

  /** What a message is called. */
  String unit() {
    return "messages";
  }

  final CompletableFuture<@Nullable Void> ready() {
    return ready;
  }

  final CompletableFuture<@Nullable Void> ended() {
    return ended;
  }

  final Outcomes outcomes() {
    return outcomes;
  }

  final boolean isFinishing() {
    return finishing;
  }

  final ApplicationContext context() {
    return Objects.requireNonNull(context, "not attached");
  }

  /** Messages so far. Any thread. */
  final long messages() {
    return lanes().stream().mapToLong(Lane::messages).sum();
  }

  /** Bytes so far. Any thread. */
  final long bytes() {
    return lanes().stream().mapToLong(Lane::bytes).sum();
  }

  @Override
  public void onAttached(ApplicationContext attached) {
    context = attached;
  }

  @Override
  public void onDetached() {
    SessionException detached = new SessionException(SessionError.CANCELLED, "the client was detached");
    ready.completeExceptionally(detached);
    ended.completeExceptionally(detached);
  }
}
