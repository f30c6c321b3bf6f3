package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.core.StackLimits;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.ip.IpLimits;
import org.sluice.core.ip.LinkLimits;
import org.sluice.core.trace.TraceFilter;
import org.sluice.core.trace.TraceOrder;
import org.sluice.core.trace.WatchedCounter;
import org.sluice.core.trace.WorkerTrace;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.network.FakeNetwork;
import org.sluice.testkit.network.FakeStack;
import org.sluice.testkit.runtime.AllocatedBytes;

/** Turns a worker directly, because a simulation's own bookkeeping allocates. */
class TcpAllocationTest {
  private static final int BYTES = 4000;
  private static final int TURNS = 5_000;
  private static final int CONNECTIONS = 500;
  private static final int MOST_WARM_UPS = 1_000;

  @Test
  void steady_data_allocates_nothing_per_segment() {
    try (Stack stack = Stack.builder().build()) {
      FakeStack network = new FakeNetwork(1).stack(stack.workers());
      stack.worker(0).enter();
      place(stack, "loop", "client", 1, "10.1.0.1/8");
      place(stack, "loop", "server", 2, "10.2.0.1/8");
      network.address("10.1.0.1", 1);
      network.address("10.2.0.1", 2);
      requireSteady(stack, TestHost.of(stack, "tcp").with(network), "tcp://10.2.0.1:80");
      stack.worker(0).exit();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp://10.0.0.2:80", "tcp://[fd00::2]:80"})
  void steady_data_over_ip_and_a_wire_allocates_nothing_per_segment(String uri) {
    try (Stack stack = overWire()) {
      stack.worker(0).enter();
      wire(stack);
      requireSteady(stack, TestHost.of(stack, "tcp"), uri);
      assertThat(crossed(stack)).as("frames that crossed").isGreaterThan(TURNS);
      stack.worker(0).exit();
    }
  }

  /** Most of its packets find no record, and are looked at all the same. */
  @Test
  void steady_data_that_is_traced_allocates_nothing_per_segment() {
    try (Stack stack = overWire()) {
      stack.worker(0).enter();
      wire(stack);
      List<WatchedCounter> counters = new ArrayList<>();
      stack.counters().forEach((name, counter) -> counters.add(new WatchedCounter(counter, name, "", "")));
      stack.ip().traces().worker(0).open(new TraceOrder(WorkerTrace.MAX_PACKETS, true, true, TraceFilter.ANY,
          TraceFilter.ALL, List.copyOf(counters)), 0);
      requireSteady(stack, TestHost.of(stack, "tcp"), "tcp://10.0.0.2:80");
      stack.worker(0).exit();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp://10.0.0.2:80", "tcp://[fd00::2]:80"})
  void connections_that_open_and_close_over_a_wire_allocate_nothing(String uri) {
    try (Stack stack = overWire()) {
      stack.worker(0).enter();
      wire(stack);
      Map<String, Object> settings = Settings.with("time-wait", Duration.ofMillis(1));
      TestHost host = TestHost.of(stack, "tcp").with(settings);
      host.scope().registerTransport(new TcpTransport(host)).join();
      Churn server = new Churn();
      Churn client = new Churn();
      PluginScope scope = stack.scope("test");
      scope.applications().attach(server, options("server")).join();
      server.require().listen(uri).join();
      scope.applications().attach(client, options("client")).join();
      ConnectOptions to = ConnectOptions.of(uri);
      int[] rounds = {0};
      long least = AllocatedBytes.leastOf(() -> {
        rounds[0]++;
        for (int i = 0; i < CONNECTIONS; i++) {
          client.failed |= client.require().connect(to, i) != SessionError.NONE;
          while (client.gone + server.gone < 2 * (i + 1) && !client.failed) {
            stack.worker(0).turn();
          }
        }
        client.gone = 0;
        server.gone = 0;
      });
      assertThat(client.failed).isFalse();
      assertThat(client.opened).isEqualTo(rounds[0] * CONNECTIONS);
      assertThat(server.opened).isEqualTo(rounds[0] * CONNECTIONS);
      assertThat(least).as("bytes allocated for %d connections in the least of %d rounds", CONNECTIONS, rounds[0])
          .isZero();
      stack.worker(0).exit();
    }
  }

  /** IPv6 addresses are used at once, because time is real. */
  private static Stack overWire() {
    IpLimits ip = IpLimits.DEFAULT;
    LinkLimits link = ip.link();
    return Stack.builder().limits(StackLimits.DEFAULT.with(new IpLimits(ip.packetsPerQueue(), ip.maxNeighbors(),
        ip.packetsPerNeighbor(), ip.waitingPackets(), ip.requestsPerSecond(), ip.idlePaths(), ip.neighborReachableNs(),
        ip.neighborStaleNs(), ip.reassembly(), ip.icmp(),
        new LinkLimits(link.maxTentative(), link.maxRouters(), link.maxPrefixes(), 1, 1, 0, 0)))).build();
  }

  private static void wire(Stack stack) {
    place(stack, "wire", "client", 1, "10.0.0.1/24", "fd00::1/64");
    place(stack, "wire", "server", 2, "10.0.0.2/24", "fd00::2/64");
  }

  private static void place(Stack stack, String driver, String name, int table, String... addresses) {
    Map<String, String> options =
        driver.equals("wire") ? Map.of("peer", name.equals("client") ? "server" : "client") : Map.of();
    stack.network().addInterface(driver, name, options).join();
    stack.network().setTable(name, true, table).join();
    stack.network().setTable(name, false, table).join();
    for (String address : addresses) {
      stack.network().addAddress(name, IpPrefix.parse(address)).join();
    }
    stack.applicationLayer().namespaces()
        .add(name, OptionalLong.empty(), NamespaceBinding.toTables(table, table)).join();
  }

  private static long crossed(Stack stack) {
    long[] value = {-1};
    stack.counters().forEach((full, counter) -> {
      if (full.equals(Stack.OWN_SCOPE + ".link.received")) {
        value[0] = counter.value();
      }
    });
    return value[0];
  }

  private static void requireSteady(Stack stack, TestHost given, String uri) {
    TestHost host = given.with(Settings.defaults());
    host.scope().registerTransport(new TcpTransport(host)).join();
    PluginScope scope = stack.scope("test");
    Reader reader = new Reader();
    Writer writer = new Writer();
    scope.applications().attach(reader, options("server")).join();
    reader.require().listen(uri).join();
    scope.applications().attach(writer, options("client")).join();
    writer.require().connect(uri, 0);
    for (int i = 0; i < 20; i++) {
      stack.worker(0).turn();
    }
    Session session = Objects.requireNonNull(writer.session, "not connected");
    MemorySegment data = Arena.ofAuto().allocate(BYTES);
    // Time is real: when the handshake took long, the first windows are spread over as long.
    long arrived = 0;
    for (int i = 0; i < MOST_WARM_UPS && arrived < (long) BYTES * TURNS / 2; i++) {
      long before = reader.bytes;
      turns(stack, session, data);
      arrived = reader.bytes - before;
    }
    assertThat(arrived).as("bytes that arrived").isGreaterThan((long) BYTES * TURNS / 2);
    assertThat(AllocatedBytes.leastOf(() -> turns(stack, session, data)))
        .as("bytes allocated in %d turns", TURNS).isZero();
  }

  private static AttachOptions options(String namespace) {
    return AttachOptions.named(namespace).with().scopes(Scope.GLOBAL).namespace(namespace, 0).build();
  }

  private static void turns(Stack stack, Session session, MemorySegment data) {
    for (int i = 0; i < TURNS; i++) {
      session.write(data, 0, BYTES);
      stack.worker(0).turn();
    }
  }

  private static class End implements Application {
    private @Nullable ApplicationContext context;

    @Override
    public void onAttached(ApplicationContext newContext) {
      context = newContext;
    }

    ApplicationContext require() {
      return Objects.requireNonNull(context, "not attached");
    }
  }

  /** Closes what is open: the client at once, the server when it hears of it. */
  private static final class Churn extends End {
    private int opened;
    private int gone;
    private boolean failed;

    @Override
    public AcceptDecision onAccept(Session session) {
      opened++;
      return AcceptDecision.ACCEPT;
    }

    @Override
    public void onConnected(Session session, long opaque) {
      opened++;
      session.close();
    }

    @Override
    public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
      failed = true;
    }

    @Override
    public void onDisconnected(Session session) {
      session.close();
    }

    @Override
    public void onCleanup(Session session, CleanupPhase phase) {
      gone += phase == CleanupPhase.SESSION ? 1 : 0;
    }
  }

  private static final class Writer extends End {
    private @Nullable Session session;

    @Override
    public void onConnected(Session connected, long opaque) {
      session = connected;
    }
  }

  private static final class Reader extends End {
    private final MemorySegment into = Arena.ofAuto().allocate(64 << 10);
    private long bytes;

    @Override
    public AcceptDecision onAccept(Session session) {
      return AcceptDecision.ACCEPT;
    }

    @Override
    public void onReadable(Session session) {
      for (int read = session.read(into, 0, 64 << 10); read > 0; read = session.read(into, 0, 64 << 10)) {
        bytes += read;
      }
    }
  }
}
