package org.sluice.benchmarks.sidebyside.session;

import java.util.SplittableRandom;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.session.FlowKey;

/** The flows of both contenders: of many peers to a few addresses and ports, asked for in a random order. */
final class Flows {
  private static final int PROTOCOL = 0;

  private final int[] order;

  /** The number of flows is a power of two. */
  Flows(int count) {
    SplittableRandom random = new SplittableRandom(1);
    order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
  }

  int count() {
    return order.length;
  }

  /** The flow that is at a place of the order; places go round. */
  int at(int place) {
    return order[place & (order.length - 1)];
  }

  static FlowKey key(int flow, FlowKey key) {
    key.local(0, IpAddress.IP4_MAPPED | (1 + (flow & 7)), 80 + (flow & 3));
    key.remote(0, IpAddress.IP4_MAPPED | (0x0b000000L + (flow >>> 4)), 1024 + ((flow * 7) & 0x7fff));
    key.scope(PROTOCOL, 0);
    return key;
  }
}
