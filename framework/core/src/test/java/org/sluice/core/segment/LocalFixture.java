package org.sluice.core.segment;

import java.util.ArrayList;
import java.util.List;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.core.segment.SegmentFixture.Recorder;
import org.sluice.spi.runtime.Clock;

/** One stack worker driven by hand, its local segments, and application workers on both ends. */
final class LocalFixture {
  static final long LINGER_NS = 1_000_000_000;

  final SegmentFixture stack = new SegmentFixture();
  final List<String> journal = new ArrayList<>();
  final StackWorker worker;
  final LocalSegments segments;
  private long nowNs = 5_000_000_000L;

  LocalFixture(long lingerNs) {
    Clock clock =
        new Clock() {
          @Override
          public long nanoTime() {
            return nowNs;
          }

          @Override
          public long epochMicros() {
            return nowNs / 1_000;
          }
        };
    worker = WorkerSet.builder().count(1).clock(clock).build().worker(0);
    worker.enter();
    worker.turn();
    segments = new LocalSegments(worker, lingerNs);
  }

  /** An application worker of an application of its own. */
  User user(String name, long handle) {
    return new User(name, handle, stack.budget(0));
  }

  User user(String name, long handle, SegmentBudget budget) {
    return new User(name, handle, budget);
  }

  /** Lets time pass; timers fire up to a tick of the wheel late. */
  void advance(long ns) {
    nowNs += ns;
    worker.turn();
  }

  final class User {
    final Recorder recorder;
    final SegmentUser end;

    User(String name, long handle, SegmentBudget budget) {
      recorder = new Recorder(name, journal);
      end = new SegmentUser(handle, budget, recorder);
    }

    long handle() {
      return end.handle();
    }
  }

  /** A local pair: its FIFOs and what either end owes. */
  static final class Link {
    final SharedSegment segment;
    private final long rx;
    private final long tx;
    private final FifoLease server;
    private final FifoLease client;

    Link(FifoPair from) {
      segment = (SharedSegment) from.segment();
      rx = from.rxOffset();
      tx = from.txOffset();
      server = from.lease();
      FifoLease peer = from.peerLease();
      if (peer == null) {
        throw new AssertionError("a local pair without the client's lease");
      }
      client = peer;
    }

    void releaseServer() {
      server.release();
    }

    void releaseClient() {
      client.release();
    }

    /** Both ends leave their FIFOs, then give their leases back. */
    void release() {
      abandonFifos();
      releaseServer();
      releaseClient();
    }

    void abandonFifos() {
      SegmentFixture.abandon(segment, rx);
      SegmentFixture.abandon(segment, tx);
    }
  }
}
