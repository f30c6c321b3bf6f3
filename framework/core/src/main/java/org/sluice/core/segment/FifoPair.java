package org.sluice.core.segment;

import org.jspecify.annotations.Nullable;

/**
 * Where the two FIFOs of a session lie. A holder that a worker reuses: filled by an allocation that succeeds, valid
 * until it is cleared or filled again. Directions are those of the session that asked; its local peer has them crossed.
 */
public final class FifoPair {
  private @Nullable ManagedSegment segment;
  private @Nullable FifoLease lease;
  private @Nullable FifoLease peerLease;
  private long rxOffset;
  private long txOffset;

  /** An empty holder. */
  public FifoPair() {}

  void set(ManagedSegment newSegment, long rx, long tx) {
    segment = newSegment;
    rxOffset = rx;
    txOffset = tx;
  }

  void leases(FifoLease own, @Nullable FifoLease peer) {
    lease = own;
    peerLease = peer;
  }

  /**
   * The segment both FIFOs lie in.
   *
   * @return the segment
   */
  public ManagedSegment segment() {
    return held(segment);
  }

  /**
   * Where the rx FIFO's header stands.
   *
   * @return an offset for {@link org.sluice.spi.memory.FifoConsumer}
   */
  public long rxOffset() {
    return rxOffset;
  }

  /**
   * Where the tx FIFO's header stands.
   *
   * @return an offset for {@link org.sluice.spi.memory.FifoProducer}
   */
  public long txOffset() {
    return txOffset;
  }

  /**
   * What the session that asked gives back, once, when it has left its sides.
   *
   * @return the lease
   */
  public FifoLease lease() {
    return held(lease);
  }

  /**
   * What its local peer gives back, once, when that has left its sides.
   *
   * @return the lease, null when there is no local peer
   */
  public @Nullable FifoLease peerLease() {
    return peerLease;
  }

  /** Lets go of the pair: a holder that lives as long as its worker must not keep a segment, and so a plugin, alive. */
  public void clear() {
    segment = null;
    lease = null;
    peerLease = null;
  }

  private static <T> T held(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("no FIFO pair was allocated");
    }
    return value;
  }
}
