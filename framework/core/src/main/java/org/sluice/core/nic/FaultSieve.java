package org.sluice.core.nic;

import java.util.List;
import org.sluice.spi.nic.PacketBatch;

/** The rules of one queue, with what they have counted. Owned by the queue's worker. */
final class FaultSieve {
  private final FaultRule[] rules;
  private final long[] matched;

  FaultSieve(List<FaultRule> rules) {
    this.rules = rules.toArray(new FaultRule[0]);
    matched = new long[this.rules.length];
  }

  /** Whether a frame is to be dropped. Every rule counts every frame that it matches, whatever the others say. */
  boolean drops(PacketBatch batch, int i) {
    boolean drops = false;
    for (int rule = 0; rule < rules.length; rule++) {
      if (rules[rule].matches(batch.pool(i).memory(), batch.offset(i), batch.length(i))) {
        matched[rule]++;
        drops |= rules[rule].drops(matched[rule]);
      }
    }
    return drops;
  }
}
