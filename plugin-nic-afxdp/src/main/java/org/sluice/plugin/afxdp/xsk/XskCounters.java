package org.sluice.plugin.afxdp.xsk;

import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/** What the queues count. */
public final class XskCounters {
  final Counter invalid;
  final Counter oversized;
  final Counter partial;
  final Counter ringFull;
  final Counter copied;
  final Counter tooLong;
  final Counter kicks;
  final Counter kickFailures;
  final Counter exhausted;
  private final Counter busy;

  /**
   * Makes them.
   *
   * @param counters of the plugin
   */
  public XskCounters(Counters counters) {
    invalid = counters.counter("rx.invalid", "Descriptors of the kernel that named no place in the memory");
    oversized = counters.counter("rx.oversized", "Packets in more pieces than a burst has room for");
    partial = counters.counter("rx.partial-checksum", "Packets whose sender left the checksum to its card");
    ringFull = counters.counter("tx.ring-full", "Packets that were dropped because the tx ring was full");
    copied = counters.counter("tx.copied", "Packets from other cards' frames, which had to be copied");
    tooLong = counters.counter("tx.too-long", "Packets from other cards' frames that are longer than a chunk");
    kicks = counters.counter("tx.wakeups", "Calls that waked the kernel to send");
    kickFailures = counters.counter("tx.wakeup-failures", "Such calls that the kernel refused");
    exhausted = counters.counter("limit.chunks", "Chunks that were wanted when a queue had none");
    busy = counters.counter("bind.busy", "Tries to bind to a queue that another socket had still");
  }

  /**
   * For whoever binds.
   *
   * @return counts tries that came too early
   */
  public Counter busy() {
    return busy;
  }

  /**
   * For pools.
   *
   * @return counts chunks that were wanted when there were none
   */
  public Counter exhausted() {
    return exhausted;
  }
}
