package org.sluice.core.ip;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.HeaderFault;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/** What the IP layer counts. */
final class IpCounters {
  private static final int MOST_FAULTS = 8;

  final Counter received;
  final Counter sent;
  final Counter echoes;
  final Counter requests;

  private final Counter[] drops;
  private final @Nullable Counter[][] faults;

  IpCounters(Counters counters) {
    received = counters.counter("link.received", "Frames received");
    sent = counters.counter("link.sent", "Frames given to a card");
    echoes = counters.counter("icmp.echo", "Echo requests answered");
    requests = counters.counter("neighbor.requests", "Requests sent for the hardware address of a neighbour");
    Drop[] reasons = Drop.values();
    drops = new Counter[reasons.length];
    for (Drop reason : reasons) {
      drops[reason.ordinal()] = counters.counter(reason.counter, reason.description);
    }
    Layer[] layers = Layer.values();
    faults = new @Nullable Counter[layers.length][MOST_FAULTS];
    for (Layer layer : layers) {
      for (int fault : layer.faults()) {
        String text = HeaderFault.text(fault);
        faults[layer.ordinal()][-fault] = counters.counter(layer.name().toLowerCase(Locale.ROOT) + ".drop." + text,
            "Received packets whose " + layer + " header is faulty: " + text);
      }
    }
  }

  void count(Drop reason, int worker) {
    drops[reason.ordinal()].increment(worker);
  }

  /** Counts the reason and gives the frame back. */
  void drop(Drop reason, int worker, PacketBatch batch, int i) {
    count(reason, worker);
    batch.pool(i).release(batch.offset(i));
  }

  /** Counts the fault of a header and gives the frame back. */
  void drop(Layer layer, int fault, int worker, PacketBatch batch, int i) {
    Counter counter = faults[layer.ordinal()][-fault];
    assert counter != null : layer + " " + fault;
    if (counter != null) {
      counter.increment(worker);
    }
    batch.pool(i).release(batch.offset(i));
  }
}
