package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.Endpoint;
import org.sluice.testkit.runtime.DeterministicRuntime;

/** Where connects go, as far as no network is needed: A06, A07, A08, L10, L14. */
class ConnectOutcomesTest {

  static Stream<Arguments> outcomes() {
    return Stream.of(
        Arguments.of("both", "tcp://0.0.0.0:80", SessionError.INVALID_RMT_IP),
        Arguments.of("both", "tcp://[::]:80", SessionError.INVALID_RMT_IP),
        Arguments.of("both", "nosuch://0.0.0.0:80", SessionError.INVALID_RMT_IP),
        Arguments.of("both", "nosuch://127.0.0.1:80", SessionError.TRANSPORT_NO_REG),
        Arguments.of("both", "tcp://127.0.0.1:81", SessionError.NOROUTE),
        Arguments.of("local", "tcp://127.0.0.1:81", SessionError.NOROUTE),
        Arguments.of("local", "tcp://10.1.1.1:80", SessionError.SCOPE),
        Arguments.of("both", "tcp://10.1.1.1:80", SessionError.NOINTF),
        Arguments.of("global", "tcp://127.0.0.1:80", SessionError.NOINTF),
        Arguments.of("global", "ct://127.0.0.1:80", SessionError.SCOPE),
        Arguments.of("both", "ct://127.0.0.1:80", SessionError.NOROUTE),
        Arguments.of("both", "ct://10.1.1.1:80", SessionError.NOROUTE),
        Arguments.of("both", "tcps://127.0.0.1:80", SessionError.NOROUTE));
  }

  @ParameterizedTest(name = "{0} scope, {1}: {2}")
  @MethodSource("outcomes")
  void A07_a_connect_that_no_local_listener_takes_fails_with_its_reason(
      String scope, String uri, SessionError expected) {
    LocalHost host = new LocalHost(0);
    host.main(() -> host.scope.registerTransport(network(host)).join());
    Probe server = new Probe("server");
    host.attach(server);
    host.listen(server, "tcp://0.0.0.0:80");
    Probe client = attach(host, scope);
    assertThat(host.main(() -> client.context().connect(uri, 3))).isEqualTo(SessionError.NONE);
    assertThat(client.log).isEmpty();
    host.settle();
    assertThat(client.log).as("A08: no segment, no half-open").containsExactly("failed " + expected + " 3");
    assertThat(server.log).isEmpty();
    assertThat(host.errors(expected)).isEqualTo(1);
    host.detach(client);
    host.detach(server);
    host.assertNothingLeft();
  }

  @Test
  void A07_a_connect_with_a_local_address_of_this_host_waits_for_its_peer() {
    LocalHost host = new LocalHost(0);
    FakeNetworkTransport network = network(host);
    host.main(() -> host.scope.registerTransport(network).join());
    Probe client = host.client();
    ConnectOptions options =
        ConnectOptions.of("tcp://10.1.1.1:80").withLocal(Endpoint.of("127.0.0.1", 0));
    host.main(() -> client.context().connect(options, 3));
    host.settle();
    assertThat(client.log).as("no NOINTF where an address was named").isEmpty();
    assertThat(host.stack.sessions().localEndpoints().inUse()).isEqualTo(1);
    host.detach(client);
    host.assertNothingLeft();
  }

  private static Probe attach(LocalHost host, String scope) {
    Probe client = new Probe("client");
    host.attach(client, switch (scope) {
      case "local" -> LocalHost.small("client").with().scopes(Scope.LOCAL).build();
      case "global" -> LocalHost.small("client").with().scopes(Scope.GLOBAL).build();
      default -> LocalHost.small("client");
    });
    return client;
  }

  @Test
  void A07_whatever_protocol_was_asked_for_a_local_listener_is_reached_by_cut_through() {
    LocalHost host = new LocalHost(0);
    FakeNetworkTransport network = network(host);
    host.main(() -> host.scope.registerTransport(network).join());
    Probe server = new Probe("server");
    host.attach(server);
    host.listen(server, "tcp://0.0.0.0:80");
    Probe client = host.client();
    host.main(() -> client.context().connect("tcp://127.0.0.1:80", 0));
    host.settle();
    assertThat(client.told()).containsExactly("connected");
    assertThat(client.segments).hasSize(1);
    assertThat(server.told()).containsExactly("accepted");
    assertThat(client.session().transport()).isEqualTo("ct");
    assertThat(network.connects).as("the network heard nothing").isEmpty();
    assertThat(host.console())
        .as("L14")
        .contains("[" + Handle.text(client.session().handle()) + "][CT:T] 127.0.0.1:49152->127.0.0.1:80 ready")
        .contains("[" + Handle.text(server.session().handle()) + "][CT:T] 127.0.0.1:80->127.0.0.1:49152 ready")
        .anyMatch(line -> line.contains("[CT:T] 0.0.0.0:80") && line.endsWith("listening"))
        .anyMatch(line -> line.contains("[T]") && line.endsWith("listening"));
  }

  @Test
  void L14_a_half_open_shows_the_protocol_that_was_asked_for() {
    LocalHost host = new LocalHost(1);
    host.main(() -> host.scope.registerTransport(network(host)).join());
    Probe server = new Probe("server");
    host.attach(server);
    host.listen(server, "tcp://0.0.0.0:80");
    Probe client = host.client();
    host.main(() -> client.context().connect("tcp://127.0.0.1:80", 0));
    assertThat(host.console()).anyMatch(line -> line.contains("[CT:T]") && line.endsWith("connecting"));
  }

  @Test
  void without_a_local_transport_a_local_connect_is_not_supported_and_a_local_listen_needs_one() {
    DeterministicRuntime runtime = new DeterministicRuntime(1);
    Stack stack = Stack.builder().clock(runtime.clock()).random(runtime.newRandom()).build();
    runtime.add(stack.workerSet());
    PluginScope scope = stack.scope("test");
    Probe server = new Probe("server");
    Probe client = new Probe("client");
    Probe local = new Probe("local");
    runtime.on(stack.worker(0), () -> {
      scope.registerTransport(new FakeNetworkTransport(scope.sessions().localEndpoints())).join();
      scope.applications().attach(server, LocalHost.small("server")).join();
      scope.applications().attach(client, LocalHost.small("client")).join();
      scope.applications().attach(local, LocalHost.small("local").with().scopes(Scope.LOCAL).build()).join();
      server.context().listen("tcp://127.0.0.1:80").join();
      assertThat(local.context().listen("tcp://127.0.0.1:81"))
          .isCompletedExceptionally()
          .satisfies(future -> assertThat(future.exceptionNow()).hasMessageContaining("NOSUPPORT"));
      assertThat(client.context().connect("tcp://127.0.0.1:80", 0)).isEqualTo(SessionError.NONE);
    });
    runtime.runUntilIdle();
    assertThat(client.failures).containsExactly(SessionError.NOSUPPORT);

    CutThroughTransport late = new CutThroughTransport(scope.workers(), scope.sessions(), scope.counters(), 10);
    runtime.on(stack.worker(0), () -> {
      scope.registerTransport(late).join();
      client.context().connect("tcp://127.0.0.1:80", 0);
    });
    runtime.runUntilIdle();
    assertThat(client.told()).as("a transport that comes later serves it").endsWith("connected");
  }

  @Test
  void a_listener_with_a_network_side_keeps_it_when_the_local_transport_goes() {
    LocalHost host = new LocalHost(0);
    FakeNetworkTransport network = network(host);
    PluginScope apps = host.stack.scope("apps");
    host.main(() -> apps.registerTransport(network).join());
    Probe server = new Probe("server");
    Probe client = new Probe("client");
    host.main(() -> apps.applications().attach(server, LocalHost.small("server")).join());
    host.main(() -> apps.applications().attach(client, LocalHost.small("client")).join());
    long listener = host.listen(server, "tcp://0.0.0.0:80");
    CompletableFuture<?> revoked = host.main(() -> host.scope.revoke());
    host.settle();
    assertThat(revoked).isCompleted();
    assertThat(network.listeners).isEqualTo(1);
    host.main(() -> client.context().connect("tcp://127.0.0.1:80", 0));
    host.settle();
    assertThat(client.failures).containsExactly(SessionError.NOSUPPORT);
    host.main(() -> server.context().unlisten(listener).join());
    assertThat(network.listeners).isZero();
    assertThat(host.liveSessions()).isZero();
  }

  @Test
  void A06_scopes_keep_listeners_apart() {
    LocalHost host = new LocalHost(0);
    FakeNetworkTransport network = network(host);
    host.main(() -> host.scope.registerTransport(network).join());
    Probe globalOnly = new Probe("global-only");
    host.attach(globalOnly, LocalHost.small("global-only").with().scopes(Scope.GLOBAL).build());
    host.listen(globalOnly, "tcp://0.0.0.0:80");
    assertThat(network.listeners).isEqualTo(1);
    Probe localOnly = new Probe("local-only");
    host.attach(localOnly, LocalHost.small("local-only").with().scopes(Scope.LOCAL).build());
    host.listen(localOnly, "tcp://0.0.0.0:80");
    assertThat(network.listeners).as("a local listener does not reach the network").isEqualTo(1);
    Probe client = host.client();
    host.main(() -> client.context().connect("tcp://127.0.0.1:80", 0));
    host.settle();
    assertThat(localOnly.told()).containsExactly("accepted");
    assertThat(globalOnly.told()).isEmpty();
    host.detach(localOnly);
    host.main(() -> client.context().connect("tcp://127.0.0.1:80", 2));
    host.settle();
    assertThat(client.failures).as("loopback is not looked up globally").containsExactly(SessionError.NOROUTE);
  }

  private static FakeNetworkTransport network(LocalHost host) {
    return new FakeNetworkTransport(host.stack.sessions().localEndpoints());
  }
}
