package org.sluice.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.application.NamespaceControl;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.network.Route;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.application.SessionUri;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportTrait;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.FakeDequeueTransport;
import org.sluice.testkit.transport.ScriptedConnection;
import org.sluice.testkit.transport.ScriptedTransport;

/**
 * One stack of which a case makes the interfaces, tables and namespaces. Its network transport goes by the routes of
 * the stack, also from table to table; its local transport waits for {@link #serveLocally}.
 */
final class CaseWorld {
  static final String NET = "dequeue";
  static final String DEFAULT = AttachOptions.DEFAULT_NAMESPACE;
  /** More than a connect takes, in virtual time. */
  private static final Duration SETTLING = Duration.ofSeconds(2);

  final Simulation simulation = new Simulation(1, 1);
  final NetworkPlane plane = simulation.stack().network();
  final NamespaceControl namespaces = simulation.stack().applicationLayer().namespaces();
  final TestHost host = simulation.host("fakes", Map.of());
  TestHost netHost = simulation.host("net", Map.of());
  final ScriptedTransport local;
  private final FlowKey key = new FlowKey();
  private final LookupResult found = new LookupResult();

  /** A stack with both transports. */
  CaseWorld() {
    this(true);
  }

  CaseWorld(boolean withNetwork) {
    local = simulation.start(host, new ScriptedTransport(new TransportDescriptor(
        "local", "L", ServiceType.VIRTUAL_CIRCUIT, TxMode.INTERNAL, Set.of(TransportTrait.LOCAL)), host)
        .keepsConfigs());
    if (withNetwork) {
      startNetwork();
    }
  }

  void startNetwork() {
    netHost = simulation.host("net", Map.of());
    FakeDequeueTransport network = new FakeDequeueTransport(netHost);
    network.forward(this::forward);
    simulation.start(netHost, network);
  }

  /** Starts a further transport. */
  <T extends TransportVft> T start(T transport) {
    return simulation.start(host, transport);
  }

  /** A packet leaves by the route of its table, and is looked up in the table of the interface it arrives at. */
  private Endpoint forward(Endpoint to) {
    Route route = plane.snapshot().route(to.table(), to.addressHigh(), to.addressLow());
    NetInterface egress = route == null ? null : plane.snapshot().byIndex(route.interfaceIndex());
    return egress == null ? to : to.withTable(egress.table(to.isIp4()));
  }

  // ---- Network and namespaces.

  /** An interface with addresses, in the same table for both families. */
  NetInterface loop(String name, int table, String... addresses) {
    var _ = simulation.await(() -> plane.addInterface("loop", name));
    var _ = simulation.await(() -> plane.setTable(name, true, table));
    NetInterface made = simulation.await(() -> plane.setTable(name, false, table));
    for (String address : addresses) {
      made = simulation.await(() -> plane.addAddress(name, IpPrefix.parse(address)));
    }
    return made;
  }

  /** A route of a table that leads into the table of an interface. */
  void leak(int table, String prefix, NetInterface into) {
    var _ = simulation.await(() -> plane.addRoute(table, Route.forward(IpPrefix.parse(prefix), into.index(), null)));
  }

  void keepTable(int table) {
    var _ = simulation.await(() -> plane.keepTable(true, table));
    var _ = simulation.await(() -> plane.keepTable(false, table));
  }

  boolean namespace(String id, long secret, NamespaceBinding binding) {
    return simulation.await(() -> namespaces.add(id, OptionalLong.of(secret), binding)).isNew();
  }

  void deleteNamespace(String id) {
    var _ = simulation.await(() -> namespaces.delete(id).thenApply(done -> true));
  }

  int indexOf(String namespace) {
    return simulation.get(0, namespaces::views).stream()
        .filter(view -> view.id().equals(namespace)).findFirst().orElseThrow().index();
  }

  // ---- Applications.

  RecordingApplication attach(AttachOptions options) {
    RecordingApplication application = new RecordingApplication();
    var _ = simulation.await(() -> simulation.stack().applications().attach(application, options));
    return application;
  }

  RecordingApplication attach(String name, Scope first, Scope... more) {
    return attach(AttachOptions.named(name).with().scopes(first, more).build());
  }

  long listen(RecordingApplication application, String endpoint) {
    return simulation.await(() -> application.context().listen(NET + "://" + endpoint));
  }

  void unlisten(RecordingApplication application, long listener) {
    var _ = simulation.await(() -> application.context().unlisten(listener).thenApply(done -> true));
  }

  void detach(RecordingApplication application) {
    var _ = simulation.await(() -> application.context().detach().thenApply(done -> true));
  }

  /**
   * What comes of a connect: the failure, or NONE when it is connected or waits with the local transport. Throws when
   * nothing comes of it.
   */
  SessionError connect(RecordingApplication application, String endpoint) {
    return connect(application, ConnectOptions.of(NET + "://" + endpoint));
  }

  SessionError connect(RecordingApplication application, ConnectOptions options) {
    int before = application.connects().size();
    long localBefore = local.calls("connect");
    ask(application, options);
    List<String> outcomes = application.connects();
    if (outcomes.size() == before) {
      assertThat(local.calls("connect")).as("neither an outcome of the connect nor a wait for the local transport")
          .isEqualTo(localBefore + 1);
      return SessionError.NONE;
    }
    String outcome = outcomes.get(before);
    if (outcome.startsWith("failed ")) {
      return SessionError.valueOf(outcome.split(" ", 3)[1]);
    }
    assertThat(outcome).startsWith("connected ");
    return SessionError.NONE;
  }

  /** Asks for a connect, whatever comes of it. */
  void ask(RecordingApplication application, ConnectOptions options) {
    simulation.on(0, () -> {
      SessionError refused = application.context().connect(options, 1);
      if (refused != SessionError.NONE) {
        throw new AssertionError("connect: " + refused);
      }
    });
    simulation.advance(SETTLING);
  }

  /** Lets the newest local listener accept the newest local connect; true when both ends are sessions then. */
  boolean serveLocally() {
    Worker main = simulation.stack().workers().worker(0);
    ScriptedConnection halfOpen = local.lastHalfOpen();
    ScriptedConnection server = simulation.get(0, () -> local.incomingLocal(local.listener(), halfOpen, main));
    if (server.session < 0) {
      return false;
    }
    simulation.on(0, () -> host.sessions().acceptNotify(server));
    simulation.run();
    boolean made = simulation.get(0, () -> local.answerLocal(halfOpen, server, main).session >= 0);
    simulation.on(0, () -> local.delete(halfOpen));
    simulation.run();
    return made;
  }

  /** Why an asynchronous change is refused. */
  SessionError refusal(Supplier<? extends CompletableFuture<?>> change) {
    CompletableFuture<?> result = simulation.get(0, change::get);
    simulation.run();
    assertThat(result).isCompletedExceptionally();
    return ((SessionException) result.exceptionNow()).error();
  }

  // ---- What is there.

  /** Whose listener a packet to an endpoint of a table finds; empty for nobody. */
  String packet(int table, String ours) {
    Endpoint us = SessionUri.parse(NET + "://" + ours).endpoint();
    Endpoint them = Endpoint.of(us.isIp4() ? "198.51.100.9" : "2001:db8:ffff::9", 999);
    simulation.on(1, () -> host.sessions().lookup(key.set(us.withTable(table), them, protocol()), found));
    return owner();
  }

  /** Whose listener a connect of a namespace finds on this host; empty for nobody. */
  String connectOf(String namespace, String remote) {
    Endpoint to = SessionUri.parse(NET + "://" + remote).endpoint();
    int index = indexOf(namespace);
    simulation.on(0, () -> simulation.stack().sessionCore().lookup()
        .local(index, false, key.set(Endpoint.ANY_IP4.withTable(0), to, protocol()), found));
    return owner();
  }

  /** The handle that the last lookup found. */
  long handle() {
    return found.handle();
  }

  private int protocol() {
    return Objects.requireNonNull(simulation.stack().transports().byName(NET), NET).id();
  }

  private String owner() {
    if (found.kind() == LookupResult.Kind.NONE) {
      assertThat(found.handle()).isEqualTo(Handle.INVALID);
      return "";
    }
    assertThat(found.kind()).isEqualTo(LookupResult.Kind.LISTENER);
    return owner(found.handle());
  }

  private String owner(long handle) {
    return simulation.get(0, () -> simulation.stack().applicationRegistry().views().listeners().stream()
        .filter(listener -> listener.handle() == handle)
        .map(listener -> listener.application()).findFirst().orElseThrow());
  }

  /** Whose listener the last connect was given to by the local transport. */
  String served() {
    return owner(local.lastConfig().listener());
  }

  int portsInUse() {
    return simulation.stack().sessions().localEndpoints().inUse();
  }

  int segments() {
    return simulation.stack().applicationLayer().segmentCount();
  }

  long counter(String name) {
    return simulation.stack().counters().scope("stack").counter(name, "").value();
  }

  /** Stops the plugins of the transports, after the applications were detached, and checks that nothing is left. */
  void end() {
    simulation.stop(netHost);
    simulation.stop(host);
    simulation.requireNothingLeft();
  }
}
