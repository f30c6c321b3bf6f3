package org.sluice.core.segment;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.Timer;

/**
 * A segment that exactly one pair of application workers shares on one stack worker. Only that worker writes it, so its
 * counts are plain; other contexts may read them for a console.
 */
public final class SharedSegment extends ManagedSegment {
  private static final long LEAST_PAIR_BYTES = 2 * Fifo.MIN_CAPACITY;

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

  SharedSegment(long handle, Segment memory, LocalSegments owner, SegmentUser client, SegmentUser server) {
    super(handle, memory);
    this.owner = owner;
    this.client = client;
    this.server = server;
    mostPairs = (int) Math.min(Integer.MAX_VALUE, memory.freeBytes() / LEAST_PAIR_BYTES);
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

  Timer linger() {
    Timer timer = linger;
    if (timer == null) {
      timer = owner.newLinger(this);
      linger = timer;
    }
    return timer;
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
