package org.sluice.benchmarks.lookup;

import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.sluice.core.lookup.FlowTable;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.session.FlowKey;

/**
 * Lookups of random flows, as by packets of many connections, beside a map of the JDK. Each lookup's flow depends on
 * what the one before found, so that the machine cannot overlap them: what is measured is the time of one.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 150, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class FlowLookupBenchmark {
  /** How many flows there are; a power of two. */
  @Param({"1024", "1048576"})
  private int flows;

  private final FlowKey key = new FlowKey();
  private final ConcurrentHashMap<Flow, Long> map = new ConcurrentHashMap<>();
  private @Nullable FlowTable table;
  private int[] order = {};
  private int next;

  /** What a map needs as a key. */
  private record Flow(long localHigh, long localLow, long remoteHigh, long remoteLow, int ports, int scope) {}

  /** Fills both in random order. */
  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(1);
    FlowTable flowTable =
        new FlowTable(flows, random, new CounterRegistry(1).scope("benchmark").counter("limit", "Flows refused."));
    order = new int[flows];
    for (int i = 0; i < flows; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    for (int flow : order) {
      flowTable.add(key(flow, 1), flow);
      map.put(mapKey(), (long) flow);
    }
    table = flowTable;
  }

  /** Finds a flow that is there. */
  @Benchmark
  public long tableHit() {
    key(next(), 1);
    return found(lookUp());
  }

  /** The same in a map. */
  @Benchmark
  public long mapHit() {
    key(next(), 1);
    return found(lookUpInMap());
  }

  /** Looks for a flow that is not there. */
  @Benchmark
  public long tableMiss() {
    key(next(), 2);
    return found(lookUp());
  }

  /** The same in a map. */
  @Benchmark
  public long mapMiss() {
    key(next(), 2);
    return found(lookUpInMap());
  }

  private long lookUp() {
    FlowTable flowTable = table;
    return flowTable == null ? -1 : flowTable.find(key);
  }

  private long lookUpInMap() {
    Long handle = map.get(mapKey());
    return handle == null ? -1 : handle;
  }

  private int next() {
    next = (next + 1) & (flows - 1);
    return order[next];
  }

  private long found(long handle) {
    next += (int) handle & 1;
    return handle;
  }

  private FlowKey key(int flow, int protocol) {
    key.local(0, IpAddress.IP4_MAPPED | (1 + (flow & 7)), 80 + (flow & 3));
    key.remote(0, IpAddress.IP4_MAPPED | (0x0b000000L + (flow >>> 4)), 1024 + ((flow * 7) & 0x7fff));
    key.scope(protocol, 0);
    return key;
  }

  private Flow mapKey() {
    return new Flow(key.localHigh(), key.localLow(), key.remoteHigh(), key.remoteLow(),
        (key.localPort() << 16) | key.remotePort(), (key.table() << 16) | key.protocol());
  }
}
