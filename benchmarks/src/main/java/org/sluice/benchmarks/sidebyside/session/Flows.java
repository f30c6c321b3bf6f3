package org.sluice.benchmarks.sidebyside.session;

import java.util.SplittableRandom;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.session.FlowKey;

/**
 * The flows of both contenders: of many peers to a few addresses and ports. They come in one random order and are asked
 * for in another one, as packets are: what came together does not lie together when it is needed.
 */
final class Flows {
  private static final int PROTOCOL = 0;

  private final int[] arrivals;
  private final int[] order;

  /** The number of flows is a power of two. */
  Flows(int count) {
    SplittableRandom random = new SplittableRandom(1);
    arrivals = shuffled(count, random);
    order = shuffled(count, random);
  }

  private static int[] shuffled(int count, SplittableRandom random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  int count() {
    return order.length;
  }

  /** The flow that came at a place of the first order. */
  int arrived(int place) {
    return arrivals[place];
  }

  /** The flow that is at a place of the order of questions; places go round. */
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
