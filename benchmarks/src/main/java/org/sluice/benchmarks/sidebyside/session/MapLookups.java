package org.sluice.benchmarks.sidebyside.session;

import java.util.concurrent.ConcurrentHashMap;
import org.sluice.spi.session.FlowKey;

/** The peer: a map of the JDK with the addresses and ports as a record. */
public final class MapLookups extends LookupContender {
  private record Flow(long localHigh, long localLow, long remoteHigh, long remoteLow, int ports, int scope) {}

  private final Flows flows;
  private final FlowKey key = new FlowKey();
  private final ConcurrentHashMap<Flow, Long> map;

  private MapLookups(Flows flows) {
    this.flows = flows;
    map = new ConcurrentHashMap<>(2 * flows.count());
    for (int place = 0; place < flows.count(); place++) {
      int flow = flows.arrived(place);
      map.put(mapKey(flow), (long) flow);
    }
  }

  /**
   * Opens it.
   *
   * @param count how many flows there are, a power of two
   * @return the contender
   */
  public static MapLookups of(int count) {
    return new MapLookups(new Flows(count));
  }

  private Flow mapKey(int flow) {
    Flows.key(flow, key);
    return new Flow(key.localHigh(), key.localLow(), key.remoteHigh(), key.remoteLow(),
        (key.localPort() << 16) | key.remotePort(), (key.table() << 16) | key.protocol());
  }

  @Override
  long lookUp(int number) {
    Long found = map.get(mapKey(flows.at(number)));
    return found == null ? -1 : found;
  }

  @Override
  boolean isRight(long found) {
    return found >= 0 && found < flows.count();
  }
}
