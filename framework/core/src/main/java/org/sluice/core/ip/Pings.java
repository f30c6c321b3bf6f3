package org.sluice.core.ip;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.runtime.MessagePort;
import org.sluice.spi.runtime.Worker;

/** The pings that run. They are worker 0's; every worker finds the one that an answer is for. */
final class Pings {
  private static final int MOST = 1 << 8;
  private static final int SLOT_MASK = MOST - 1;
  private static final int SEQUENCE_MASK = 0xffff;
  private static final int REPLIED = 0;
  private static final int UNREACHABLE = 1;
  private static final int ERROR = 2;
  private static final List<IcmpError.Kind> KINDS = List.of(IcmpError.Kind.values());

  private final WorkerSet workers;
  private final MessagePort toZero;
  private final AtomicReferenceArray<@Nullable Waiting> running = new AtomicReferenceArray<>(MOST);
  private int round;

  Pings(WorkerSet workers) {
    this.workers = workers;
    toZero = workers.newPort(this::onMessage);
  }

  /** One that runs: its name on the wire and whom it asks. */
  static final class Waiting {
    final int identifier;
    private final long high;
    private final long low;
    private final Ping ping;

    Waiting(int identifier, Ping ping, long high, long low) {
      this.identifier = identifier;
      this.ping = ping;
      this.high = high;
      this.low = low;
    }
  }

  /** Begins a ping, on worker 0. LIMIT when too many run. */
  void start(PingRequest request, PingListener listener, PathTable paths, Worker zero,
      CompletableFuture<PingSummary> summary) {
    for (int slot = 0; slot < MOST; slot++) {
      if (running.get(slot) == null) {
        // Another name for the next user of the slot, so that late answers are not taken for his.
        int identifier = (++round << Byte.SIZE | slot) & SEQUENCE_MASK;
        int at = slot;
        Ping ping = new Ping(request, listener, identifier, paths, zero, summary, () -> running.set(at, null));
        running.set(slot, new Waiting(identifier, ping, request.remote().high(), request.remote().low()));
        ping.sendNext();
        return;
      }
    }
    summary.completeExceptionally(
        new SessionException(SessionError.LIMIT, "a ping, of which " + MOST + " run already"));
  }

  /** Whose answer it is; null when nobody waits for one of that station. Any worker. */
  @Nullable Waiting find(int identifier, long high, long low) {
    Waiting found = running.get(identifier & SLOT_MASK);
    return found != null && found.identifier == identifier && found.low == low && found.high == high ? found : null;
  }

  /** An answer, on the worker that received it. */
  void onReply(Waiting to, int sequence, int bytes, int hops) {
    if (workers.worker(0).isCurrent()) {
      to.ping.onReply(sequence, bytes, hops);
      return;
    }
    // Like the packet, its message may be lost: a full mailbox is counted.
    var _ = toZero.send(0, REPLIED, name(to.identifier, sequence), (long) bytes << Byte.SIZE | hops);
  }

  /** An error about a request, on the worker that received it. */
  void onError(Waiting about, int sequence, IcmpError.Kind kind) {
    if (workers.worker(0).isCurrent()) {
      about.ping.fail(sequence, text(kind));
      return;
    }
    // See onReply.
    var _ = toZero.send(0, ERROR, name(about.identifier, sequence), KINDS.indexOf(kind));
  }

  private static String text(IcmpError.Kind kind) {
    return switch (kind) {
      case HOST_UNREACHABLE -> "the destination is unreachable";
      case PORT_UNREACHABLE -> "the destination does not speak ICMP";
      case PACKET_TOO_BIG -> "the packet is too big for a link on the way";
      case TIME_EXCEEDED -> "the hops or the time were used up on the way";
      case PROHIBITED -> "somebody on the way prohibits it";
    };
  }

  /** The next hop of a request did not answer. Worker 0. */
  void onUnreachable(int identifier, int sequence) {
    onMessage(workers.worker(0), UNREACHABLE, name(identifier, sequence), 0);
  }

  private static long name(int identifier, int sequence) {
    return (long) identifier << Short.SIZE | sequence;
  }

  private void onMessage(Worker worker, int kind, long name, long argument) {
    int identifier = (int) (name >>> Short.SIZE);
    Waiting found = running.get(identifier & SLOT_MASK);
    if (found == null || found.identifier != identifier) {
      return;
    }
    int sequence = (int) name & SEQUENCE_MASK;
    if (kind == REPLIED) {
      found.ping.onReply(sequence, (int) (argument >>> Byte.SIZE), (int) argument & 0xff);
    } else if (kind == ERROR) {
      found.ping.fail(sequence, text(KINDS.get((int) argument)));
    } else {
      found.ping.fail(sequence, "the next hop does not answer");
    }
  }
}
