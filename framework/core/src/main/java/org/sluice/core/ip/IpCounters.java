package org.sluice.core.ip;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.core.trace.PacketTraces;
import org.sluice.spi.header.HeaderFault;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/** What the IP layer counts. */
final class IpCounters {
  private static final int MOST_FAULTS = 8;

  final Counter received;
  final Counter sent;
  final Counter defences;
  final Counter delivered;
  final Counter arp;
  final Counter nd;
  final Counter echoes;
  final Counter replies;
  final Counter errors;
  final Counter requests;
  final Counter borrowedFrames;
  final Counter joinedFrames;

  private final @Nullable PacketTraces traces;
  private final Map<Drop, Counter> drops = new EnumMap<>(Drop.class);
  private final Map<Layer, @Nullable Counter[]> faults = new EnumMap<>(Layer.class);

  IpCounters(Counters counters) {
    this(counters, null);
  }

  /** Counters that tell a trace which packets they drop. */
  IpCounters(Counters counters, @Nullable PacketTraces traces) {
    this.traces = traces;
    received = counters.counter("link.received", "Frames received");
    sent = counters.counter("link.sent", "Frames given to a card");
    defences = counters.counter("arp.defended",
        "Announcements of own addresses because another station claimed one");
    delivered = counters.counter("ip.delivered", "Packets given to protocols");
    arp = counters.counter("arp.accepted", "ARP packets received that could be acted on");
    nd = counters.counter("nd.accepted", "Neighbour discovery messages received that could be acted on");
    replies = counters.counter("icmp.echo-reply", "Echo replies that a ping waited for");
    errors = counters.counter("icmp.error", "ICMP errors given to protocols and pings");
    echoes = counters.counter("icmp.echo", "Echo requests answered");
    requests = counters.counter("neighbor.requests", "Requests sent for the hardware address of a neighbour");
    borrowedFrames = counters.counter("link.borrowed-frames",
        "Frames that a worker without a transmit queue wanted when it had none left");
    joinedFrames = counters.counter("link.joined-frames",
        "Frames that were wanted for packets in several pieces when there was none left");
    for (Drop reason : Drop.values()) {
      drops.put(reason, counters.counter(reason.counter, reason.description));
    }
    for (Layer layer : Layer.values()) {
      @Nullable Counter[] byFault = new @Nullable Counter[MOST_FAULTS];
      for (int fault : layer.faults()) {
        String text = HeaderFault.text(fault);
        byFault[-fault] = counters.counter(layer.name().toLowerCase(Locale.ROOT) + ".drop." + text,
            "Received packets whose " + layer + " header is faulty: " + text);
      }
      faults.put(layer, byFault);
    }
  }

  Counter of(Drop reason) {
    return Objects.requireNonNull(drops.get(reason));
  }

  void count(Drop reason, int worker) {
    of(reason).increment(worker);
  }

  /** Counts the reason and gives the frame back. */
  void drop(Drop reason, int worker, PacketBatch batch, int i) {
    drop(of(reason), worker, batch, i);
  }

  private void drop(Counter reason, int worker, PacketBatch batch, int i) {
    reason.increment(worker);
    if (traces != null && (batch.flags(i) & PacketFlags.TRACE) != 0) {
      traces.worker(worker).dropped(batch, i, reason);
    }
    batch.pool(i).release(batch.offset(i));
  }

  /** Counts the fault of a header and gives the frame back. */
  void drop(Layer layer, int fault, int worker, PacketBatch batch, int i) {
    Counter counter = Objects.requireNonNull(faults.get(layer))[-fault];
    drop(Objects.requireNonNull(counter, "a fault that the layer does not name"), worker, batch, i);
  }
}
