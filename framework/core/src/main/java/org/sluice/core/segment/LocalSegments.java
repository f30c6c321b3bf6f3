package org.sluice.core.segment;

import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.Worker;

/**
 * The segments of local sessions on one stack worker. A segment is shared by exactly two application workers, because
 * both map all of it; it is reused for further sessions of the same two while it has room and both are attached. Only
 * the stack worker calls this, hence plain counts.
 *
 * <p>A segment goes when neither side has a session in it: after a time, for reuse, or at once when a side has left.
 */
public final class LocalSegments {
  private final Worker worker;
  private final long lingerNs;

  /** By server's handle, then by client's: no object is made to look a pair up. */
  private final Long2ObjectOpenHashMap<Long2ObjectOpenHashMap<List<SharedSegment>>> pairs =
      new Long2ObjectOpenHashMap<>();

  /**
   * Makes an empty set.
   *
   * @param worker the stack worker it belongs to
   * @param lingerNs how long an empty segment stays; 0 for not at all
   */
  public LocalSegments(Worker worker, long lingerNs) {
    this.worker = worker;
    this.lingerNs = lingerNs;
  }

  /**
   * Makes the FIFOs of a local pair. Both applications are told of a new segment, the server first. The holder gets the
   * server's view: its rx FIFO, its tx FIFO, its lease, and the client's lease beside it; both leases are owed.
   *
   * @param client the application worker that connects, attached
   * @param server the application worker that accepts, attached
   * @param options the server's: sizes of FIFOs, of added segments, and their number
   * @param out filled on success
   * @return 0; or SEG_NO_SPACE (no room, and no segment may be added), SEG_CREATE (none could be made), SEG_NO_SPACE2
   *     (not even a new one has room)
   */
  public int acquire(SegmentUser client, SegmentUser server, SegmentOptions options, FifoPair out) {
    assert worker.isCurrent() : "called outside of " + worker.name();
    List<SharedSegment> present = segmentsOf(client.handle(), server.handle());
    SharedSegment roomiest = null;
    for (int i = 0; i < present.size(); i++) {
      SharedSegment candidate = present.get(i);
      if (candidate.mayTakePair()
          && (roomiest == null || candidate.memory().freeBytes() > roomiest.memory().freeBytes())) {
        roomiest = candidate;
      }
    }
    if (roomiest != null && FifoPairs.allocate(roomiest, options, out)) {
      return taken(roomiest, out);
    }
    return grow(present, client, server, options, out);
  }

  /**
   * An application worker is gone: its segments are not reused, empty ones go now, others with their last session.
   *
   * @param applicationWorker its handle
   */
  public void detach(long applicationWorker) {
    assert worker.isCurrent() : "called outside of " + worker.name();
    List<SharedSegment> empty = new ArrayList<>();
    forEach(segment -> {
      if (segment.detach(applicationWorker) && segment.isEmpty()) {
        empty.add(segment);
      }
    });
    empty.forEach(this::remove);
  }

  /**
   * Visits all segments, for a console.
   *
   * @param visitor must not change anything
   */
  public void forEach(Consumer<SharedSegment> visitor) {
    for (Long2ObjectOpenHashMap<List<SharedSegment>> clients : pairs.values()) {
      for (List<SharedSegment> segments : clients.values()) {
        segments.forEach(visitor);
      }
    }
  }

  Timer newLinger(SharedSegment segment) {
    return worker.newTimer(nowNs -> {
      if (segment.isEmpty()) {
        remove(segment);
      }
    });
  }

  void released(SharedSegment segment) {
    assert worker.isCurrent() : "called outside of " + worker.name();
    if (!segment.isEmpty()) {
      return;
    }
    if (lingerNs == 0 || segment.hasDetachedSide()) {
      remove(segment);
    } else {
      segment.startLinger(worker.nowNs() + lingerNs);
    }
  }

  private List<SharedSegment> segmentsOf(long client, long server) {
    Long2ObjectOpenHashMap<List<SharedSegment>> clients = pairs.get(server);
    List<SharedSegment> segments = clients == null ? null : clients.get(client);
    return segments == null ? List.of() : segments;
  }

  private int taken(SharedSegment segment, FifoPair out) {
    segment.endLinger();
    segment.addPair();
    out.leases(segment.serverLease(), segment.clientLease());
    return 0;
  }

  private int grow(List<SharedSegment> present, SegmentUser client, SegmentUser server, SegmentOptions options,
      FifoPair out) {
    if (present.size() >= options.maxSegments()) {
      SegmentCounters.count(server.budget().counters().maxSegmentsHits());
      return SessionError.SEG_NO_SPACE.code();
    }
    if (!charge(client, server, options.addBytes())) {
      return SessionError.SEG_NO_SPACE.code();
    }
    int error = open(client, server, options, out);
    if (error != 0) {
      credit(client, server, options.addBytes());
    }
    return error;
  }

  private int open(SegmentUser client, SegmentUser server, SegmentOptions options, FifoPair out) {
    SegmentBudget budget = server.budget();
    Segment memory = budget.create(options.addBytes());
    if (memory == null) {
      return SessionError.SEG_CREATE.code();
    }
    long handle = budget.reserveHandle();
    if (handle < 0) {
      memory.close();
      return (int) handle;
    }
    SharedSegment segment = new SharedSegment(this, handle, memory, options.addBytes(), client, server);
    if (!FifoPairs.allocate(segment, options, out)) {
      budget.cancelHandle(handle);
      memory.close();
      SegmentCounters.count(budget.counters().tooSmall());
      return SessionError.SEG_NO_SPACE2.code();
    }
    long rx = out.rxOffset();
    long tx = out.txOffset();
    publish(segment);
    // The applications were told; what they did about it may have used the holder.
    out.set(segment, rx, tx);
    return taken(segment, out);
  }

  private void publish(SharedSegment segment) {
    SegmentUser client = segment.client();
    SegmentUser server = segment.server();
    pairs.computeIfAbsent(server.handle(), handle -> new Long2ObjectOpenHashMap<>())
        .computeIfAbsent(client.handle(), handle -> new ArrayList<>())
        .add(segment);
    server.budget().opened(segment);
    server.listener().onSegmentAdded(segment.handle(), segment);
    if (client.handle() != server.handle()) {
      client.listener().onSegmentAdded(segment.handle(), segment);
    }
  }

  private void remove(SharedSegment segment) {
    segment.endLinger();
    SegmentUser client = segment.client();
    SegmentUser server = segment.server();
    unlist(segment);
    if (!segment.isClientDetached()) {
      client.listener().onSegmentRemoved(segment.handle(), segment);
    }
    if (!segment.isServerDetached() && client.handle() != server.handle()) {
      server.listener().onSegmentRemoved(segment.handle(), segment);
    }
    credit(client, server, segment.chargedBytes());
    server.budget().closed(segment);
  }

  private void unlist(SharedSegment segment) {
    long server = segment.server().handle();
    long client = segment.client().handle();
    Long2ObjectOpenHashMap<List<SharedSegment>> clients = pairs.get(server);
    List<SharedSegment> segments = segmentsOf(client, server);
    segments.remove(segment);
    if (segments.isEmpty() && clients != null) {
      clients.remove(client);
      if (clients.isEmpty()) {
        pairs.remove(server);
      }
    }
  }

  private static boolean charge(SegmentUser client, SegmentUser server, long bytes) {
    if (!server.budget().charge(bytes)) {
      return false;
    }
    if (client.budget() == server.budget() || client.budget().charge(bytes)) {
      return true;
    }
    server.budget().credit(bytes);
    return false;
  }

  private static void credit(SegmentUser client, SegmentUser server, long bytes) {
    server.budget().credit(bytes);
    if (client.budget() != server.budget()) {
      client.budget().credit(bytes);
    }
  }
}
