package org.sluice.core.segment;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.Timer;

/**
 * A segment that exactly one pair of application workers shares on one stack worker. Only that worker writes it, so its
 * counts are plain; other contexts may read them for a console.
 */
public final class SharedSegment extends ManagedSegment {
  private final LocalSegments owner;
  private final SegmentUser client;
  private final SegmentUser server;
  private final FifoLease clientLease = this::releaseClient;
  private final FifoLease serverLease = this::releaseServer;
  private final int mostPairs;

  private int clientSessions;
  private int serverSessions;
  private boolean clientDetached;
  private boolean serverDetached;
  private @Nullable Timer linger;

  SharedSegment(LocalSegments owner, long handle, Segment memory, long chargedBytes, SegmentUser client,
      SegmentUser server) {
    super(handle, memory, chargedBytes);
    this.owner = owner;
    this.client = client;
    this.server = server;
    mostPairs = (int) Math.min(Integer.MAX_VALUE, memory.freeBytes() / FifoPairs.LEAST_BYTES);
  }

  /**
   * The application worker that connects.
   *
   * @return the client
   */
  public SegmentUser client() {
    return client;
  }

  /**
   * The application worker that accepts.
   *
   * @return the server
   */
  public SegmentUser server() {
    return server;
  }

  /**
   * Client sessions with FIFOs here, those still connecting included.
   *
   * @return the count
   */
  public int clientSessions() {
    return clientSessions;
  }

  /**
   * Server sessions with FIFOs here.
   *
   * @return the count
   */
  public int serverSessions() {
    return serverSessions;
  }

  @Override
  public int pairs() {
    return Math.max(clientSessions, serverSessions);
  }

  @Override
  public boolean isToldTo(SegmentListener listener) {
    return client.listener() == listener || server.listener() == listener;
  }

  boolean isEmpty() {
    return clientSessions == 0 && serverSessions == 0;
  }

  boolean isClientDetached() {
    return clientDetached;
  }

  boolean isServerDetached() {
    return serverDetached;
  }

  boolean hasDetachedSide() {
    return clientDetached || serverDetached;
  }

  /** Whether one more pair may come, so that each FIFO could still have a chunk. */
  boolean mayTakePair() {
    return !hasDetachedSide() && pairs() < mostPairs;
  }

  void addPair() {
    clientSessions++;
    serverSessions++;
  }

  /** Remembers that an application worker is gone; true if it is one of the two. */
  boolean detach(long worker) {
    clientDetached |= client.handle() == worker;
    serverDetached |= server.handle() == worker;
    return client.handle() == worker || server.handle() == worker;
  }

  FifoLease clientLease() {
    return clientLease;
  }

  FifoLease serverLease() {
    return serverLease;
  }

  /**
   * The segment for a console. Stack worker.
   *
   * @param lowPercent the low mark of the server's options
   * @param highPercent the high mark
   * @return a snapshot
   */
  public SegmentInfo info(int lowPercent, int highPercent) {
    Set<SegmentInfo.Flag> flags = EnumSet.of(SegmentInfo.Flag.SHARED);
    if (isEmpty()) {
      flags.add(SegmentInfo.Flag.EMPTY);
    }
    if (hasDetachedSide()) {
      flags.add(SegmentInfo.Flag.DETACHED);
    }
    return SegmentInfo.of(this, pairs(), pressure(lowPercent, highPercent), flags);
  }

  void startLinger(long deadlineNs) {
    Timer timer = linger;
    if (timer == null) {
      timer = owner.newLinger(this);
      linger = timer;
    }
    timer.schedule(deadlineNs);
  }

  void endLinger() {
    if (linger != null) {
      linger.cancel();
    }
  }

  private void releaseClient() {
    clientSessions--;
    assert clientSessions >= 0 : "segment " + handle() + " released by more clients than it had";
    owner.released(this);
  }

  private void releaseServer() {
    serverSessions--;
    assert serverSessions >= 0 : "segment " + handle() + " released by more servers than it had";
    owner.released(this);
  }
}
