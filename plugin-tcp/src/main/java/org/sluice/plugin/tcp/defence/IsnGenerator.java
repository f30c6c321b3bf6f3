package org.sluice.plugin.tcp.defence;

import java.util.random.RandomGenerator;
import org.sluice.spi.session.FlowKey;

/**
 * Initial sequence numbers (RFC 6528): a clock that makes those of one flow grow, so that an old connection's segments
 * are old, and a keyed hash that makes those of different flows have nothing to do with each other. Immutable; one for
 * all workers, or a flow that comes back on another one would lose its order.
 */
public final class IsnGenerator {
  /** The clock of RFC 9293 section 3.4.1 ticks every 4 us. */
  private static final int US_PER_TICK = 4;
  /** Where a protocol's number would stand; no protocol has this one. */
  private static final int TIMESTAMPS = -1;

  private final SipHash hash;

  /**
   * With a key of its own.
   *
   * @param random draws the key
   */
  public IsnGenerator(RandomGenerator random) {
    hash = new SipHash(random.nextLong(), random.nextLong());
  }

  /**
   * The number to begin with.
   *
   * @param flow the flow
   * @param nowUs the turn's time
   */
  public int next(FlowKey flow, long nowUs) {
    return (int) (Math.floorDiv(nowUs, US_PER_TICK) + hash.of(flow, flow.protocol(), flow.table()));
  }

  /**
   * What a flow's timestamps are shifted by (RFC 7323 section 5.4): they grow from one connection of a flow to the
   * next, and tell nothing about those of others or about how long the host has run.
   *
   * @param flow the flow
   */
  public int timestampOffset(FlowKey flow) {
    return (int) hash.of(flow, TIMESTAMPS, flow.table());
  }
}
