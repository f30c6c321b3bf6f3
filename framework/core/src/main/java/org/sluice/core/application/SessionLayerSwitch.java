package org.sluice.core.application;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;

/**
 * Turns the session layer off and on as a whole. Off, its applications are detached, its sessions ended, its transports
 * disabled, and attach, listen and connect fail with DISABLED. Any context calls; the work is done on worker 0, one
 * change after the other.
 */
public final class SessionLayerSwitch {
  /**
   * What came of enabling.
   *
   * @param changed false when the layer was on already
   * @param removedTransports the names of those whose enable threw: they are not registered any more
   * @param failedApplications those that could not be attached again, each with the reason
   */
  public record Outcome(boolean changed, List<String> removedTransports, List<String> failedApplications) {
    /** Copies the lists. */
    public Outcome {
      removedTransports = List.copyOf(removedTransports);
      failedApplications = List.copyOf(failedApplications);
    }
  }

  private final ControlPlane plane;
  private final ApplicationRegistry registry;
  private CompletableFuture<?> last = CompletableFuture.completedFuture(true);

  SessionLayerSwitch(ControlPlane plane, ApplicationRegistry registry) {
    this.plane = plane;
    this.registry = registry;
  }

  /**
   * Whether the layer takes applications, listeners and connects. Any context.
   *
   * @return true unless it was switched off
   */
  public boolean isOn() {
    return plane.transports().isOn();
  }

  /**
   * Turns the layer on: enables every transport, then attaches the applications that are kept attached.
   *
   * @return completes with what came of it
   */
  public CompletableFuture<Outcome> enable() {
    return inTurn(() -> CompletableFuture.completedFuture(enableNow()));
  }

  /**
   * Turns the layer off. It does not wait for data on its way: what transports still carry when the applications have
   * left is cut off.
   *
   * @return completes when nothing is left and every transport is disabled; with false when it was off already
   */
  public CompletableFuture<Boolean> disable() {
    return inTurn(this::disableNow);
  }

  private <T> CompletableFuture<T> inTurn(Supplier<CompletableFuture<T>> change) {
    return unwrapped(() -> {
      CompletableFuture<T> next = last.handle((done, failure) -> true).thenCompose(turn -> unwrapped(change));
      last = next;
      return next;
    });
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The inner future is not ignored but unwrapped.
  private <T extends @Nullable Object> CompletableFuture<T> unwrapped(Supplier<CompletableFuture<T>> work) {
    return plane.run(work).thenCompose(end -> end);
  }

  private Outcome enableNow() {
    plane.assertMain();
    if (isOn()) {
      return new Outcome(false, List.of(), List.of());
    }
    List<String> removed = plane.transports().switchOn().stream().map(TransportEntry::name).toList();
    return new Outcome(true, removed, registry.attachKept());
  }

  private CompletableFuture<Boolean> disableNow() {
    plane.assertMain();
    if (!isOn()) {
      return CompletableFuture.completedFuture(false);
    }
    plane.transports().switchOff();
    return registry.detachAll(application -> true)
        .thenCompose(detached -> unwrapped(this::evictAll))
        .thenCompose(evicted -> plane.run(() -> {
          plane.transports().disableAll();
          return true;
        }));
  }

  /** What is left without an application: answered half-opens, and connections that close. */
  private CompletableFuture<@Nullable Void> evictAll() {
    List<CompletableFuture<Void>> evicting = new ArrayList<>();
    for (TransportEntry transport : plane.transports().entries()) {
      plane.sessions().halfOpens().evict(transport);
      evicting.add(plane.sessions().evict(transport));
    }
    return CompletableFuture.allOf(evicting.toArray(CompletableFuture[]::new));
  }
}
