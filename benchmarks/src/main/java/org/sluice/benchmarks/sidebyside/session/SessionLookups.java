package org.sluice.benchmarks.sidebyside.session;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.sluice.benchmarks.runtime.StressWorkers;
import org.sluice.core.lookup.FlowTable;
import org.sluice.core.policy.PolicyLimits;
import org.sluice.core.policy.PolicyTables;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.core.session.SessionCore;
import org.sluice.core.session.SessionCounters;
import org.sluice.core.session.SessionListener;
import org.sluice.core.session.SessionShared;
import org.sluice.core.session.SweepLimits;
import org.sluice.core.session.TxLimits;
import org.sluice.core.stream.StreamSettings;
import org.sluice.core.transport.TransportRegistry;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LocalEndpoints;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;

/**
 * Ours: the lookup of the session layer, as a transport calls it for a packet. The table holds the flows; of the
 * sessions there are the handles alone, which is all that a lookup touches.
 */
public final class SessionLookups extends LookupContender {
  private final Flows flows;
  private final WorkerSet workers = StressWorkers.two();
  private final SessionLayer layer;
  private final FlowKey key = new FlowKey();
  private final LookupResult result = new LookupResult();

  private SessionLookups(Flows flows) {
    this.flows = flows;
    Counters counters = new CounterRegistry(workers.count()).scope("benchmark");
    FlowTable table =
        new FlowTable(flows.count(), new SplittableRandom(1), counters.counter("flows.limit", "Flows refused"));
    for (int place = 0; place < flows.count(); place++) {
      int flow = flows.arrived(place);
      table.add(Flows.key(flow, key), Handle.of(0, flow, 1));
    }
    SessionShared shared = new SessionShared(new SessionCounters(counters),
        new TransportRegistry(1, counters.counter("transports.limit", "Transports refused")), table,
        new PolicyTables(PolicyLimits.DEFAULT, counters), TxLimits.DEFAULT, SweepLimits.DEFAULT,
        1, new StreamSettings(StressWorkers.NO_TIME, 0), 1);
    layer = new SessionCore(workers, shared, new Nobody(), new NoEndpoints(), 1).layer();
    workers.worker(0).enter();
  }

  /**
   * Opens it.
   *
   * @param count how many flows there are, a power of two
   * @return the contender
   */
  public static SessionLookups of(int count) {
    return new SessionLookups(new Flows(count));
  }

  @Override
  long lookUp(int number) {
    layer.lookup(Flows.key(flows.at(number), key), result);
    return Handle.slot(result.handle());
  }

  @Override
  boolean isRight(long found) {
    return result.kind() == LookupResult.Kind.SESSION && found < flows.count();
  }

  @Override
  public void close() {
    workers.worker(0).exit();
  }

  private static final class Nobody implements SessionCore.Listeners {
    @Override
    public @Nullable SessionListener listener(long handle) {
      return null;
    }

    @Override
    public long find(FlowKey key) {
      return Handle.INVALID;
    }

    @Override
    public long first(long application, FlowKey key) {
      return Handle.INVALID;
    }

    @Override
    public long findLocal(int namespace, int protocolSlot, boolean secure, FlowKey key) {
      return Handle.INVALID;
    }
  }

  private static final class NoEndpoints implements LocalEndpoints {
    @Override
    public int allocate(TransportConnection connection, EndpointConfig config) {
      throw new UnsupportedOperationException("nothing connects here");
    }

    @Override
    public void share(TransportConnection connection) {}

    @Override
    public void release(TransportConnection connection) {}

    @Override
    public int inUse() {
      return 0;
    }
  }
}
