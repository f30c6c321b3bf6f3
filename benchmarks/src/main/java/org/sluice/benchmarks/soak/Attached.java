package org.sluice.benchmarks.soak;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.StreamApplication;

/** An application of either kind, to be detached by whoever is first. */
final class Attached {
  private final ApplicationContext context;
  private final @Nullable StreamApplication threads;
  private final AtomicReference<@Nullable CompletableFuture<?>> detached = new AtomicReference<>();

  Attached(ApplicationContext context, @Nullable StreamApplication threads) {
    this.context = context;
    this.threads = threads;
  }

  ApplicationContext context() {
    return context;
  }

  /** The application of threads; null when it is callbacks. */
  @Nullable StreamApplication threads() {
    return threads;
  }

  /**
   * Detaches it, or leaves that to who has begun it. Any context; does not block.
   *
   * @return completes with the first detach
   */
  CompletableFuture<?> detach() {
    CompletableFuture<Object> mine = new CompletableFuture<>();
    CompletableFuture<?> first = detached.compareAndExchange(null, mine);
    if (first != null) {
      return first;
    }
    return context.detach().whenComplete((none, failure) -> {
      if (failure == null) {
        mine.complete(this);
      } else {
        mine.completeExceptionally(failure);
      }
    });
  }
}
