package org.sluice.core.application;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.EndpointConfig;

/**
 * The sessions that serve all peers of connectionless listeners: each application worker that listens has one on each
 * data worker, or on worker 0 where there is no other. Worker 0.
 */
final class DatagramListens {
  private static final Logger LOG = LoggerFactory.getLogger(DatagramListens.class);

  private final ControlPlane plane;
  private final Map<AppListener, List<Share>> shares = new HashMap<>();

  /** What one application worker has of a listener. Its sessions are written by their workers before it is ready. */
  private static final class Share {
    final ApplicationWorker worker;
    final long[] sessions;
    final CompletableFuture<SessionError> done = new CompletableFuture<>();
    boolean ready;
    boolean left;
    /** What takes its place, because the listener has moved before it was ready. */
    @Nullable Share next;

    Share(ApplicationWorker worker, int count) {
      this.worker = worker;
      sessions = new long[count];
      Arrays.fill(sessions, SessionError.UNKNOWN.code());
    }
  }

  DatagramListens(ControlPlane plane) {
    this.plane = plane;
  }

  /**
   * Opens the sessions of an application worker that has just joined a listener. Completes with NONE, or with the
   * error: then none is left. When the listener moves meanwhile, what becomes of it at its new place counts.
   */
  CompletableFuture<SessionError> open(ApplicationWorker worker, AppListener listener) {
    AppListener.Listening listening = listener.global();
    return listening == null || !listener.sharesDatagrams()
        ? CompletableFuture.completedFuture(SessionError.NONE)
        : open(worker, listener, listening).done;
  }

  private Share open(ApplicationWorker worker, AppListener listener, AppListener.Listening listening) {
    int first = firstWorker();
    Share share = new Share(worker, plane.workers().count() - first);
    shares.computeIfAbsent(listener, absent -> new ArrayList<>()).add(share);
    AtomicInteger open = new AtomicInteger(share.sessions.length);
    EndpointConfig config = listener.config();
    ControlSlot finish =
        plane.workers().worker(0).newControlSlot(() -> opened(listener, share));
    for (int i = 0; i < share.sessions.length; i++) {
      int index = i;
      CompletableFuture<@Nullable Void> _ = plane.workers().call(first + i, () -> {
        try {
          share.sessions[index] = plane.sessions().listenerSessions()
              .open(first + index, worker, listener, listening.session(), listening.transport(), config);
        } finally {
          if (open.decrementAndGet() == 0) {
            finish.post();
          }
        }
        return null;
      });
    }
    return share;
  }

  private void opened(AppListener listener, Share share) {
    long worst = Arrays.stream(share.sessions).min().orElse(0);
    SessionError error = share.left ? SessionError.NOLISTEN : SessionError.of(Math.min(worst, 0));
    if (error != SessionError.NONE) {
      forget(listener, share);
      close(share);
    } else {
      share.ready = true;
      publish(listener);
    }
    Share next = share.next;
    if (next == null) {
      share.done.complete(error);
    } else {
      var _ = next.done.thenAccept(share.done::complete);
    }
  }

  /** Whether an application worker has sessions there, or is to have them. */
  boolean serves(ApplicationWorker worker, AppListener listener) {
    return shares.getOrDefault(listener, List.of()).stream().anyMatch(share -> share.worker == worker);
  }

  /** The same of any application worker. */
  boolean serves(AppListener listener) {
    return shares.containsKey(listener);
  }

  /** An application worker does not listen there any more. */
  void left(ApplicationWorker worker, AppListener listener) {
    for (Share share : List.copyOf(shares.getOrDefault(listener, List.of()))) {
      if (share.worker == worker) {
        leave(listener, share);
      }
    }
  }

  /** A listener has ended. */
  void ended(AppListener listener) {
    List.copyOf(shares.getOrDefault(listener, List.of())).forEach(share -> leave(listener, share));
  }

  /**
   * A listener listens elsewhere now: its sessions go, and come again with the new address and table.
   *
   * @param lost told of each application worker that has none there, and why; also when it has left meanwhile
   */
  void moved(AppListener listener, BiConsumer<ApplicationWorker, SessionError> lost) {
    List<Share> before = List.copyOf(shares.getOrDefault(listener, List.of()));
    AppListener.Listening listening = listener.global();
    ended(listener);
    if (listening == null) {
      return;
    }
    for (Share share : before) {
      Share next = open(share.worker, listener, listening);
      share.next = next;
      var _ = next.done.thenAccept(error -> {
        if (error != SessionError.NONE) {
          lost.accept(share.worker, error);
        }
      });
    }
  }

  /** One of the sessions has ended by itself: its flows go to the others. */
  void lost(ApplicationWorker worker, long session) {
    int index = Handle.worker(session) - firstWorker();
    shares.forEach((listener, all) -> {
      for (Share share : all) {
        if (share.worker == worker && share.sessions[index] == session) {
          share.sessions[index] = SessionError.CLOSED.code();
          LOG.warn("application '{}' has no session on {}://{} on worker {} any more", worker.name(),
              listener.protocol(), listener.wanted(), Handle.worker(session));
          if (share.ready) {
            publish(listener);
          }
        }
      }
    });
  }

  /** Where the sessions of each share begin. */
  private int firstWorker() {
    return plane.workers().count() == 1 ? 0 : 1;
  }

  private void leave(AppListener listener, Share share) {
    forget(listener, share);
    if (share.ready) {
      publish(listener);
      close(share);
    } else {
      share.left = true;
    }
  }

  private void forget(AppListener listener, Share share) {
    List<Share> all = shares.get(listener);
    if (all != null && all.remove(share) && all.isEmpty()) {
      shares.remove(listener);
    }
  }

  private void publish(AppListener listener) {
    listener.datagramSessions(shares.getOrDefault(listener, List.of()).stream()
        .filter(share -> share.ready)
        .flatMapToLong(share -> Arrays.stream(share.sessions))
        .filter(session -> session >= 0)
        .toArray());
  }

  private void close(Share share) {
    for (long session : share.sessions) {
      if (session >= 0) {
        CompletableFuture<@Nullable Void> _ = plane.workers().call(Handle.worker(session), () -> {
          plane.sessions().listenerSessions().close(session);
          return null;
        });
      }
    }
  }
}
