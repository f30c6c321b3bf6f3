package org.sluice.benchmarks.sidebyside.ours;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.network.NetworkPlane;
import org.sluice.plugin.cutthrough.CutThroughTransport;
import org.sluice.plugin.tcp.TcpTransport;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.application.StreamApplication;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.network.IpPrefix;
import org.sluice.testkit.host.PluginDefaults;
import org.sluice.testkit.host.TestHost;

/** A stack of one worker with one transport, embedded: what serves and what connects find each other by it. */
final class SluiceHost implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 1 << 20;

  /** Where to listen. */
  final String listenUri;

  /** What to connect to. */
  final String serverUri;

  private final List<Segment> segments = new CopyOnWriteArrayList<>();
  private final ConnectOptions server;
  private final Stack stack;
  private final boolean wired;

  private SluiceHost(String listenUri, String serverUri, boolean wired) {
    stack = Stack.builder().name("sluice-").segments(this::newSegment).build();
    this.listenUri = listenUri;
    this.serverUri = serverUri;
    this.wired = wired;
    server = ConnectOptions.of(serverUri);
    stack.start();
  }

  /** One whose sessions are local. */
  static SluiceHost local() {
    SluiceHost made = new SluiceHost("ct://0.0.0.0:7", "ct://127.0.0.1:7", false);
    PluginScope scope = made.stack.scope("benchmarks");
    scope.registerTransport(
        new CutThroughTransport(scope.workers(), scope.sessions(), scope.counters(), MOST_CONNECTIONS)).join();
    return made;
  }

  /** One whose client and server are in namespaces of their own, which a trusted wire joins: sessions are TCP's. */
  static SluiceHost overWire(int mtuBytes, Map<String, Object> tcp) {
    SluiceHost made = new SluiceHost("tcp://0.0.0.0:7", "tcp://10.0.0.2:7", true);
    Map<String, String> wire = Map.of("mtu", String.valueOf(mtuBytes), "trusted", "true");
    made.place("client", "wire:0", 1, "10.0.0.1/24", wire);
    made.place("server", "wire:1", 2, "10.0.0.2/24", wire);
    Map<String, Object> settings = PluginDefaults.of("tcp", TcpTransport.class);
    settings.putAll(tcp);
    TestHost plugin = TestHost.of(made.stack, "tcp").with(settings);
    plugin.scope().registerTransport(made.onWorker(() -> new TcpTransport(plugin))).join();
    return made;
  }

  private void place(String namespace, String end, int table, String address, Map<String, String> wire) {
    NetworkPlane plane = stack.network();
    plane.addInterface("wire", end, wire)
        .thenCompose(added -> plane.setTable(end, true, table))
        .thenCompose(moved -> plane.addAddress(end, IpPrefix.parse(address)))
        .join();
    stack.applicationLayer().namespaces()
        .add(namespace, OptionalLong.empty(), NamespaceBinding.toTables(table, NamespaceBinding.ABSENT)).join();
  }

  // ---- Applications.

  /** Attaches what connects. */
  ApplicationContext attach(Application application, AttachOptions options) {
    return attach(application, options, "client");
  }

  /** Attaches and listens. */
  ApplicationContext serve(Application application, AttachOptions options) {
    ApplicationContext context = attach(application, options, "server");
    context.listen(listenUri).join();
    return context;
  }

  private ApplicationContext attach(Application application, AttachOptions options, String namespace) {
    AttachOptions placed =
        wired ? options.with().namespace(namespace, 0).scopes(Scope.GLOBAL).build() : options;
    return stack.applications().attach(application, placed).join();
  }

  /** Attaches an application of threads. */
  StreamApplication attachThreads(String name, int fifoBytes) throws InterruptedException {
    return StreamApplication.attach(stack.applications(), options(name, fifoBytes));
  }

  ConnectOptions server() {
    return server;
  }

  /** Runs something on the worker and waits for it. */
  <T> T onWorker(Supplier<T> task) {
    CompletableFuture<T> done = stack.workers().query(0, task);
    return done.join();
  }

  private Segment newSegment(long sizeBytes) {
    Segment segment = Segment.allocate(sizeBytes);
    segments.add(segment);
    return segment;
  }

  /** Bytes of shared memory in use, outside of the heap. */
  long segmentBytes() {
    return segments.stream().filter(segment -> !segment.isReleased()).mapToLong(Segment::usedBytes).sum();
  }

  static AttachOptions options(String name, int fifoBytes) {
    return AttachOptions.named(name).with().fifoBytes(fifoBytes, fifoBytes).build();
  }

  @Override
  public void close() {
    stack.close();
  }
}
