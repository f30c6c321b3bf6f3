package org.sluice.core.ip;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.Network;
import org.sluice.spi.network.PacketTrace;
import org.sluice.spi.network.Path;
import org.sluice.spi.network.PathRequest;
import org.sluice.spi.network.ProtocolInput;
import org.sluice.spi.network.TraceText;
import org.sluice.spi.runtime.Worker;

/** The network of one plugin; {@link #revoke} takes its registrations back. */
public final class StackNetwork implements Network {
  private final WorkerSet workers;
  private final IpLayer layer;
  private final PluginFaults faults;
  private final List<Protocols.Entry> registered = new CopyOnWriteArrayList<>();
  private final List<PacketTrace> traces = new CopyOnWriteArrayList<>();

  StackNetwork(WorkerSet workers, IpLayer layer, PluginFaults faults) {
    this.workers = workers;
    this.layer = layer;
    this.faults = faults;
  }

  @Override
  public Registration register(int ipProtocol, ProtocolInput input) {
    assert workers.worker(0).isCurrent() : "protocols are registered on worker 0";
    Protocols.Entry entry = new Protocols.Entry(ipProtocol, input, faults);
    layer.protocols().add(entry);
    registered.add(entry);
    return () -> {
      layer.protocols().remove(entry);
      registered.remove(entry);
    };
  }

  @Override
  public @Nullable Path path(PathRequest request) {
    return paths().acquire(request.remote().high(), request.remote().low(), request.local().high(),
        request.local().low(), request.table(), request.interfaceIndex(), request.dscp(), request.ipProtocol());
  }

  @Override
  public int lastError() {
    return paths().lastError();
  }

  @Override
  public void learnPathMtu(IcmpError error) {
    if (error.kind() != IcmpError.Kind.PACKET_TOO_BIG) {
      throw new IllegalArgumentException("no path MTU is learned of " + error.kind());
    }
    here().learnPathMtu(error);
  }

  @Override
  public PacketTrace trace(Worker worker, TraceText text) {
    PacketTrace trace = layer.traces().scope(worker.index(), text);
    traces.add(trace);
    return trace;
  }

  private PathTable paths() {
    return here().paths();
  }

  private IpWorker here() {
    StackWorker worker = workers.current();
    if (worker == null) {
      throw new IllegalStateException("paths belong to workers; this is " + Thread.currentThread().getName());
    }
    return layer.worker(worker.index());
  }

  /**
   * Ends all registrations, and lets each worker take a turn: what the plugin left for its workers to do when it was
   * disabled is done before its scope is revoked. Any context.
   *
   * @return completes when no worker gives packets to the plugin any more
   */
  public CompletableFuture<Void> revoke() {
    return workers.call(0, () -> {
      registered.forEach(layer.protocols()::remove);
      registered.clear();
      traces.forEach(layer.traces()::forget);
      traces.clear();
      return true;
    }).thenCompose(done -> passedByAll());
  }

  private CompletableFuture<Void> passedByAll() {
    CompletableFuture<?>[] turns = new CompletableFuture<?>[workers.count()];
    for (int i = 0; i < turns.length; i++) {
      turns[i] = workers.callLater(i, () -> true);
    }
    return CompletableFuture.allOf(turns);
  }
}
