package org.sluice.benchmarks.sidebyside.ours;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/**
 * Many sessions that write as fast as they are read, and one more whose reader may stall. What is counted is what the
 * others move. Without the stall nothing is written to that one; with it, it fills up anew in each repetition and its
 * writer waits for room until the repetition is over.
 */
public final class CallbackFanOut extends CallbackContender {
  private static final int FIFO_BYTES = 64 << 10;
  private static final int MESSAGE_BYTES = 4 << 10;
  private static final long STALLED = -1;

  private final boolean stalling;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment source = arena.allocate(MESSAGE_BYTES, 128);
  private final MemorySegment target = arena.allocate(FIFO_BYTES, 128);
  private final List<Session> writers = new ArrayList<>();
  private final CompletableFuture<Session> stalledEnd = new CompletableFuture<>();
  private final CompletableFuture<Boolean> allConnected = new CompletableFuture<>();
  private final int sessions;
  private boolean stopped;
  private long written;
  private long read;

  private CallbackFanOut(int sessions, boolean stalling) throws Exception {
    super(SluiceHost.local());
    this.sessions = sessions;
    this.stalling = stalling;
    host.serve(new Reader(), SluiceHost.options("reader", FIFO_BYTES));
    ApplicationContext context = host.attach(new Writer(), SluiceHost.options("writer", FIFO_BYTES));
    // The first alone, so that the reader knows which of its sessions it is.
    context.connect(host.server(), STALLED);
    await(stalledEnd);
    for (int i = 1; i < sessions; i++) {
      context.connect(host.server(), i);
    }
    await(allConnected);
  }

  /**
   * Makes contenders.
   *
   * @param sessions how many, with the one that may stall
   * @param stalling whether it does
   * @return opens such a contender
   */
  public static Contender.Opener of(int sessions, boolean stalling) {
    return () -> new CallbackFanOut(sessions, stalling);
  }

  @Override
  void begin() {
    stopped = false;
    written = 0;
    read = 0;
    drain(stalledEnd.join());
    for (Session writer : writers) {
      if (writer.opaque() != STALLED || stalling) {
        write(writer);
      }
    }
  }

  private void write(Session session) {
    int count = MESSAGE_BYTES;
    long bytes = 0;
    while (count == MESSAGE_BYTES) {
      count = checked(session.write(source, 0, MESSAGE_BYTES));
      bytes += Math.max(0, count);
    }
    written += session.opaque() == STALLED ? 0 : bytes;
    session.wantWritable(WritableWish.NOT_FULL, 0);
  }

  private int drain(Session session) {
    int total = 0;
    int count = checked(session.read(target, 0, FIFO_BYTES));
    while (count > 0) {
      total += count;
      count = checked(session.read(target, 0, FIFO_BYTES));
    }
    return total;
  }

  @Override
  public void close() throws Exception {
    super.close();
    arena.close();
  }

  private final class Writer extends Steady {
    @Override
    public void onConnected(Session session, long opaque) {
      writers.add(session);
      if (writers.size() == sessions) {
        allConnected.complete(true);
      }
    }

    @Override
    public void onWritable(Session session) {
      stopped = stopped || isOver(System.nanoTime());
      if (!stopped) {
        write(session);
      }
      finishIfRead();
    }
  }

  private void finishIfRead() {
    if (stopped && read == written) {
      finish(written / MESSAGE_BYTES, written, null);
    }
  }

  private final class Reader extends Steady {
    @Override
    public AcceptDecision onAccept(Session session) {
      if (stalledEnd.complete(session)) {
        session.opaque(STALLED);
      }
      return AcceptDecision.ACCEPT;
    }

    @Override
    public void onReadable(Session session) {
      if (session.opaque() != STALLED) {
        read += drain(session);
        finishIfRead();
      }
    }
  }
}
