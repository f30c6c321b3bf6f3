package org.sluice.core.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.network.PacketTrace;
import org.sluice.spi.network.TraceText;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.runtime.Counters;

/** The traces of a stack's workers, and what the steps of transports mean. Any context, unless stated. */
public final class PacketTraces {
  private final List<WorkerTrace> traces = new ArrayList<>();
  private final Map<Integer, TraceText> texts = new ConcurrentHashMap<>();
  private final AtomicInteger lastOwner = new AtomicInteger();

  /**
   * All closed.
   *
   * @param workers the workers of the stack
   * @param counters the stack's scope
   */
  public PacketTraces(WorkerSet workers, Counters counters) {
    var missed = counters.counter("trace.limit", "Packets that were not traced because no record was left for them");
    for (int i = 0; i < workers.count(); i++) {
      traces.add(new WorkerTrace(workers.worker(i), missed));
    }
  }

  /**
   * One worker's trace.
   *
   * @param worker the worker
   * @return its trace, which only that worker touches
   */
  public WorkerTrace worker(int worker) {
    return traces.get(worker);
  }

  /**
   * The trace of a worker for a transport.
   *
   * @param worker the worker
   * @param text says what the transport's steps mean
   * @return it; {@link #forget} ends what it is good for
   */
  public PacketTrace scope(int worker, TraceText text) {
    int owner = lastOwner.incrementAndGet();
    texts.put(owner, text);
    return new Scoped(traces.get(worker), owner);
  }

  /**
   * Forgets who knows what the steps of a transport mean.
   *
   * @param scoped what {@link #scope} gave
   */
  public void forget(PacketTrace scoped) {
    if (scoped instanceof Scoped own) {
      texts.remove(own.owner);
    }
  }

  /** Who knows what a step means; null when its plugin is gone. */
  @Nullable TraceText text(int owner) {
    return texts.get(owner);
  }

  /** What a transport is given. */
  private record Scoped(WorkerTrace trace, int owner) implements PacketTrace {
    private static final int KIND = (1 << StepKind.OWNER_SHIFT) - 1;

    @Override
    public boolean isOpen() {
      return trace.isOpen();
    }

    @Override
    public void arrived(PacketBatch batch, int interfaceIndex) {
      trace.arrived(batch, interfaceIndex);
    }

    @Override
    public void begin(PacketBatch batch, int i) {
      trace.begin(batch, i);
    }

    @Override
    public void end() {
      trace.end();
    }

    @Override
    public void step(PacketBatch batch, int i, int kind, long a, long b, long c, long d) {
      trace.step(batch, i, owner << StepKind.OWNER_SHIFT | kind & KIND, a, b, c, d);
    }

    @Override
    public void sender(PacketBatch batch, long session) {
      trace.sender(batch, session);
    }
  }
}
