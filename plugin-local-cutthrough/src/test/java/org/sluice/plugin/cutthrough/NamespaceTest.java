package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.core.StackLimits;
import org.sluice.core.application.ApplicationLimits;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.application.NamespaceControl;
import org.sluice.core.application.NamespaceView;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.ListenOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.transport.Endpoint;

/** Namespaces: who attaches, where endpoints live, what a rebind keeps. A09, A10, A11, L10, defect 8. */
class NamespaceTest {
  private static final long SECRET = 1234;

  private final LocalHost host = new LocalHost(0);
  private final FakeNetworkTransport network = new FakeNetworkTransport(host.scope);
  private final NetworkPlane plane = host.stack.network();
  private final NamespaceControl namespaces = host.stack.applicationLayer().namespaces();
  private final int protocol = host.main(() -> host.scope.registerTransport(network).join());

  // ---- Acting.

  private void loop(String name, int table, String... addresses) {
    host.main(() -> plane.addInterface("loop", name).join());
    host.main(() -> plane.setTable(name, true, table).join());
    host.main(() -> plane.setTable(name, false, table).join());
    for (String address : addresses) {
      host.main(() -> plane.addAddress(name, IpPrefix.parse(address)).join());
    }
  }

  private boolean add(String id, NamespaceBinding binding) {
    return host.main(() -> namespaces.add(id, OptionalLong.of(SECRET), binding).join().isNew());
  }

  /** A namespace in a table of its own. */
  private void inTable(String id, int table) {
    host.main(() -> plane.keepTable(true, table).join());
    host.main(() -> plane.keepTable(false, table).join());
    add(id, NamespaceBinding.toTables(table, table));
  }

  private Probe attach(String name, String namespace, Scope scope, Scope... more) {
    Probe probe = new Probe(name);
    host.attach(probe, LocalHost.small(name).with().scopes(scope, more)
        .namespace(namespace, namespace.equals("default") ? 0 : SECRET).build());
    return probe;
  }

  private Probe both(String name, String namespace) {
    return attach(name, namespace, Scope.LOCAL, Scope.GLOBAL);
  }

  private SessionError refusal(Supplier<? extends CompletableFuture<?>> call) {
    CompletableFuture<?> result = host.main(call);
    host.settle();
    assertThat(result).isCompletedExceptionally();
    return ((SessionException) result.exceptionNow()).error();
  }

  /** What a packet to an address of a table finds. */
  private long found(int table, String address, int port) {
    FlowKey key = new FlowKey();
    key.set(Endpoint.of(address, port).withTable(table), Endpoint.of("198.51.100.9", 999), protocol);
    LookupResult result = new LookupResult();
    host.onMain(() -> host.stack.sessions().lookup(key, result));
    return result.kind() == LookupResult.Kind.NONE ? Handle.INVALID : result.handle();
  }

  private List<String> users(int table) {
    return Objects.requireNonNull(plane.snapshot().table(true, table), "table " + table).users();
  }

  private NamespaceView view(String id) {
    return host.main(namespaces::views).stream().filter(view -> view.id().equals(id)).findFirst().orElseThrow();
  }

  private SessionError connect(Probe client, String uri) {
    int before = client.failures.size();
    host.main(() -> client.context().connect(uri, 0));
    host.settle();
    return client.failures.size() == before ? SessionError.NONE : client.failures.getLast();
  }

  // ---- Making and deleting.

  @Test
  void A09_who_attaches_has_to_know_the_id_and_the_secret() {
    inTable("a", 5);
    Probe probe = new Probe("x");
    assertThat(refusal(() -> host.scope.applications()
        .attach(probe, LocalHost.small("x").with().namespace("a", SECRET + 1).build())))
        .isEqualTo(SessionError.WRONG_NS_SECRET);
    assertThat(refusal(() -> host.scope.applications()
        .attach(probe, LocalHost.small("x").with().namespace("a", 0).build()))).isEqualTo(SessionError.WRONG_NS_SECRET);
    assertThat(refusal(() -> host.scope.applications()
        .attach(probe, LocalHost.small("x").with().namespace("b", SECRET).build()))).isEqualTo(SessionError.INVALID_NS);
    both("x", "a");
    assertThat(view("a")).isEqualTo(new NamespaceView("a", 1, false, true, "", 5, 5, List.of("x")));
    assertThat(view("default").applications()).isEmpty();
    assertThat(view("default").hasSecret()).isFalse();
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(" ", NamespaceBinding.toTables(0, 0), SessionError.INVALID),
        Arguments.of("a", NamespaceBinding.toTables(NamespaceBinding.ABSENT, NamespaceBinding.ABSENT),
            SessionError.INVALID),
        Arguments.of("a", NamespaceBinding.toTables(7, 0), SessionError.INVALID),
        Arguments.of("a", NamespaceBinding.toTables(0, 7), SessionError.INVALID),
        Arguments.of("a", NamespaceBinding.toInterface("nosuch"), SessionError.NOINTF));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void A09_a_namespace_needs_an_id_and_an_interface_or_a_table_that_exist(
      String id, NamespaceBinding binding, SessionError expected) {
    assertThat(refusal(() -> namespaces.add(id, OptionalLong.empty(), binding))).isEqualTo(expected);
    assertThat(host.main(namespaces::views)).hasSize(1);
    assertThat(host.errors(expected)).isEqualTo(1);
  }

  @Test
  void A09_a_delete_detaches_the_applications_and_the_id_is_free_afterwards() {
    inTable("a", 5);
    Probe server = both("server", "a");
    host.listen(server, "tcp://0.0.0.0:80");
    Probe client = both("client", "a");
    Probe other = both("other", "default");
    assertThat(connect(client, "tcp://127.0.0.1:80")).isEqualTo(SessionError.NONE);
    CompletableFuture<Void> gone = host.main(() -> namespaces.delete("a"));
    assertThat(refusal(() -> host.scope.applications()
        .attach(new Probe("x"), LocalHost.small("x").with().namespace("a", SECRET).build())))
        .isEqualTo(SessionError.INVALID_NS);
    host.letSegmentsGo();
    assertThat(gone).isCompleted();
    assertThat(server.log).endsWith("detached");
    assertThat(client.log).endsWith("detached");
    assertThat(other.log).doesNotContain("detached");
    assertThat(network.listeners).isZero();
    assertThat(users(5)).containsExactly("operator");
    assertThat(refusal(() -> namespaces.delete("a"))).isEqualTo(SessionError.INVALID_NS);
    assertThat(refusal(() -> namespaces.delete("default"))).isEqualTo(SessionError.INVALID);
    assertThat(add("a", NamespaceBinding.toTables(5, 5))).as("a new one").isTrue();
    assertThat(view("a").index()).isEqualTo(1);
    host.detach(other);
    host.assertNothingLeft();
  }

  @Test
  void A09_while_one_is_being_deleted_its_id_is_taken() {
    inTable("a", 5);
    both("server", "a");
    List<SessionError> refused = host.main(() -> {
      CompletableFuture<Void> _ = namespaces.delete("a");
      CompletableFuture<NamespaceControl.Change> again =
          namespaces.add("a", OptionalLong.empty(), NamespaceBinding.toTables(0, 0));
      return again.isCompletedExceptionally()
          ? List.of(((SessionException) again.exceptionNow()).error())
          : List.<SessionError>of();
    });
    assertThat(view("a").leaving()).as("until its application has detached").isTrue();
    host.settle();
    assertThat(refused).containsExactly(SessionError.CONFLICT);
  }

  @Test
  void the_limit_of_namespaces_refuses_and_counts() {
    ApplicationLimits d = ApplicationLimits.DEFAULT;
    LocalHost small = new LocalHost(0, StackLimits.DEFAULT.with(new ApplicationLimits(d.maxApplications(),
        d.maxListeners(), d.maxWorkersPerApplication(), d.maxUnansweredConnects(), 2, d.segmentLingerNs())), 10, 1);
    NamespaceControl few = small.stack.applicationLayer().namespaces();
    NamespaceBinding binding = NamespaceBinding.toTables(0, 0);
    small.main(() -> few.add("a", OptionalLong.empty(), binding).join());
    CompletableFuture<?> third = small.main(() -> few.add("b", OptionalLong.empty(), binding));
    assertThat(((SessionException) third.exceptionNow()).error()).isEqualTo(SessionError.LIMIT);
    assertThat(small.counter("namespace.limit")).isEqualTo(1);
    assertThat(small.main(() -> few.add("a", OptionalLong.of(1), binding).join()))
        .as("another secret needs no room").isEqualTo(new NamespaceControl.Change(false, false, true, true));
    small.main(() -> few.delete("a"));
    small.settle();
    small.main(() -> few.add("b", OptionalLong.empty(), binding).join());
  }

  // ---- Tables.

  @Test
  void A11_a_table_is_shared_by_its_namespaces_and_freed_after_the_last() {
    loop("x", 5, "10.0.0.1/8");
    add("a", NamespaceBinding.toTables(5, NamespaceBinding.ABSENT));
    add("b", NamespaceBinding.toInterface("x"));
    assertThat(users(5)).containsExactly("interface x", "namespace a", "namespace b");
    Probe server = both("server", "a");
    long listener = host.listen(server, "tcp://10.0.0.1:80");
    assertThat(found(5, "10.0.0.1", 80)).isEqualTo(listener);
    Probe other = both("other", "b");
    assertThat(refusal(() -> other.context().listen("tcp://10.0.0.1:80")))
        .as("one table, one listener").isEqualTo(SessionError.ALREADY_LISTENING);
    assertThat(refusal(() -> plane.deleteInterface("x"))).as("b is bound to it").isEqualTo(SessionError.CONFLICT);
    host.main(() -> namespaces.delete("b"));
    host.settle();
    assertThat(users(5)).containsExactly("interface x", "namespace a");
    host.main(() -> plane.deleteInterface("x"));
    assertThat(users(5)).containsExactly("namespace a");
    host.main(() -> namespaces.delete("a"));
    host.settle();
    assertThat(plane.snapshot().table(true, 5)).as("freed").isNull();
    assertThat(found(5, "10.0.0.1", 80)).isEqualTo(Handle.INVALID);
  }

  @Test
  void A09_each_family_may_be_absent() {
    host.main(() -> plane.keepTable(true, 5).join());
    add("a", NamespaceBinding.toTables(5, NamespaceBinding.ABSENT));
    Probe app = both("app", "a");
    assertThat(refusal(() -> app.context().listen("tcp://[::]:80"))).isEqualTo(SessionError.INVALID_NS);
    assertThat(connect(app, "tcp://[2001:db8::1]:80")).isEqualTo(SessionError.NOROUTE);
    assertThat(network.connects).as("no table, no transport is asked").isEmpty();
    host.listen(app, "tcp://0.0.0.0:80");
    host.main(() -> plane.keepTable(false, 6).join());
    NamespaceBinding six = NamespaceBinding.toTables(NamespaceBinding.ABSENT, 6);
    assertThat(refusal(() -> namespaces.add("a", OptionalLong.of(SECRET), six)))
        .as("somebody listens there").isEqualTo(SessionError.INVALID_NS);
    assertThat(view("a").table4()).as("nothing has changed").isEqualTo(5);
    Probe local = attach("local", "a", Scope.LOCAL);
    host.listen(local, "tcp://[::]:81");
    assertThat(connect(app, "tcp://[::1]:81")).as("local endpoints need no table").isEqualTo(SessionError.NONE);
  }

  @Test
  void A09_an_absent_table_is_not_the_local_table_of_another_namespace() {
    host.main(() -> plane.keepTable(true, 5).join());
    add("a", NamespaceBinding.toTables(5, NamespaceBinding.ABSENT));
    Probe first = attach("first", "default", Scope.LOCAL);
    host.listen(first, "tcp://[::]:80");
    Probe second = attach("second", "a", Scope.GLOBAL);
    assertThat(refusal(() -> second.context().listen("tcp://[::]:80"))).isEqualTo(SessionError.INVALID_NS);
  }

  @Test
  void A09_a_namespace_is_not_left_by_naming_a_table() {
    inTable("a", 5);
    Probe app = both("app", "a");
    Endpoint elsewhere = Endpoint.of("0.0.0.0", 80).withTable(0);
    assertThat(refusal(() -> app.context().listen(new ListenOptions("tcp", elsewhere, Set.of(), List.of()))))
        .isEqualTo(SessionError.INVALID_NS);
    host.main(() -> app.context()
        .connect(ConnectOptions.of("tcp", Endpoint.of("192.0.2.1", 80).withTable(0)), 0));
    host.settle();
    assertThat(app.failures).containsExactly(SessionError.INVALID_NS);
  }

  // ---- Rebinding.

  @Test
  void A09_A10_a_rebind_keeps_applications_listeners_and_sessions() {
    loop("x", 7, "10.0.0.1/8", "10.0.0.2/8");
    inTable("a", 5);
    Probe server = both("server", "a");
    long listener = host.listen(server, "tcp://0.0.0.0:80");
    Probe client = both("client", "a");
    assertThat(connect(client, "tcp://127.0.0.1:80")).isEqualTo(SessionError.NONE);
    assertThat(found(5, "10.0.0.1", 80)).isEqualTo(listener);
    assertThat(network.listens.getLast().local().address()).hasToString("0.0.0.0");

    assertThat(add("a", NamespaceBinding.toInterface("x"))).as("not a new one").isFalse();
    host.settle();
    assertThat(server.log).doesNotContain("detached");
    assertThat(client.log).doesNotContain("detached");
    assertThat(network.listeners).isEqualTo(1);
    assertThat(network.listens.getLast().local().address()).as("A10").hasToString("10.0.0.1");
    assertThat(network.listens.getLast().table()).isEqualTo(7);
    assertThat(found(7, "10.0.0.1", 80)).as("the handle is the same").isEqualTo(listener);
    assertThat(found(7, "10.0.0.2", 80)).as("the interface's first address only").isEqualTo(Handle.INVALID);
    assertThat(found(5, "10.0.0.1", 80)).isEqualTo(Handle.INVALID);
    assertThat(users(5)).containsExactly("operator");
    assertThat(host.stack.sessions().localEndpoints().inUse()).as("a listener of an address is a user").isEqualTo(1);
    assertThat(connect(client, "tcp://127.0.0.1:80")).as("the local entry stays zero").isEqualTo(SessionError.NONE);
    assertThat(connect(client, "tcp://10.0.0.1:80")).as("L10").isEqualTo(SessionError.NONE);
    assertThat(network.connects).isEmpty();
    assertThat(client.sessions).hasSize(3).allMatch(session -> session.transport().equals("ct"));

    host.main(() -> server.context().unlisten(listener).join());
    assertThat(network.listeners).isZero();
    assertThat(host.stack.sessions().localEndpoints().inUse()).isZero();
    host.detach(client);
    host.detach(server);
    host.assertNothingLeft();
  }

  @Test
  void A10_an_interface_without_an_address_of_the_family_cannot_be_listened_on() {
    loop("x", 7, "10.0.0.1/8");
    add("a", NamespaceBinding.toInterface("x"));
    Probe server = both("server", "a");
    assertThat(refusal(() -> server.context().listen("tcp://[::]:80"))).isEqualTo(SessionError.NOIP);
    long listener = host.listen(server, "tcp://0.0.0.0:80");
    assertThat(refusal(() -> server.context().listen("tcp://0.0.0.0:80"))).isEqualTo(SessionError.ALREADY_LISTENING);
    assertThat(refusal(() -> server.context().listen("tcp://10.0.0.9:80"))).isEqualTo(SessionError.INVALID_NS);
    assertThat(refusal(() -> plane.deleteAddress("x", IpPrefix.parse("10.0.0.1").address())))
        .as("it is listened on").isEqualTo(SessionError.NOIP);
    host.main(() -> plane.addAddress("x", IpPrefix.parse("10.0.0.2/8")).join());
    host.main(() -> plane.deleteAddress("x", IpPrefix.parse("10.0.0.1").address()).join());
    assertThat(found(7, "10.0.0.2", 80)).as("the first address now").isEqualTo(listener);
  }

  @Test
  void defect_8_an_interface_takes_its_namespaces_along_with_their_applications() {
    loop("x", 7, "10.0.0.1/8");
    add("a", NamespaceBinding.toInterface("x"));
    add("b", NamespaceBinding.toInterface("x"));
    Probe server = both("server", "a");
    long listener = host.listen(server, "tcp://0.0.0.0:80");
    Probe second = both("second", "b");
    long other = host.listen(second, "tcp://10.0.0.1:81");
    host.main(() -> plane.setTable("x", true, 9).join());
    host.settle();
    assertThat(server.log).isEmpty();
    assertThat(second.log).isEmpty();
    assertThat(found(9, "10.0.0.1", 80)).isEqualTo(listener);
    assertThat(found(9, "10.0.0.1", 81)).isEqualTo(other);
    assertThat(found(7, "10.0.0.1", 80)).isEqualTo(Handle.INVALID);
    assertThat(view("a").table4()).isEqualTo(9);
    assertThat(view("a").table6()).isEqualTo(7);
    assertThat(plane.snapshot().table(true, 7)).as("left by all").isNull();
    assertThat(users(9)).containsExactlyInAnyOrder("interface x", "namespace a", "namespace b");
  }

  @Test
  void a_move_to_where_somebody_listens_is_refused_and_changes_nothing() {
    loop("x", 7, "10.0.0.1/8");
    loop("y", 8, "10.0.0.2/8");
    add("a", NamespaceBinding.toInterface("x"));
    add("b", NamespaceBinding.toInterface("y"));
    inTable("c", 9);
    Probe first = both("first", "a");
    long listener = host.listen(first, "tcp://0.0.0.0:80");
    Probe second = both("second", "b");
    long other = host.listen(second, "tcp://0.0.0.0:80");
    Probe third = both("third", "c");
    host.listen(third, "tcp://0.0.0.0:80");
    int listens = network.listens.size();

    assertThat(refusal(() -> namespaces.add("c", OptionalLong.of(SECRET), NamespaceBinding.toInterface("x"))))
        .isEqualTo(SessionError.ALREADY_LISTENING);
    assertThat(view("c").table4()).isEqualTo(9);
    host.main(() -> plane.addAddress("y", IpPrefix.parse("10.0.0.3/8")).join());
    host.main(() -> plane.deleteAddress("y", IpPrefix.parse("10.0.0.2").address()).join());
    assertThat(found(8, "10.0.0.3", 80)).isEqualTo(other);
    host.main(() -> plane.setTable("y", true, 7).join());
    assertThat(found(7, "10.0.0.3", 80)).as("another address of the same port").isEqualTo(other);
    assertThat(found(7, "10.0.0.1", 80)).isEqualTo(listener);
    assertThat(network.listens.size()).as("nobody else was touched").isEqualTo(listens + 2);
  }

  @Test
  void a_move_that_would_give_two_listeners_one_address_is_refused() {
    loop("x", 7, "10.0.0.1/8");
    host.main(() -> plane.keepTable(false, 7).join());
    add("a", NamespaceBinding.toTables(7, 7));
    Probe server = both("server", "a");
    long any = host.listen(server, "tcp://0.0.0.0:80");
    long exact = host.listen(server, "tcp://10.0.0.1:80");
    assertThat(refusal(() -> namespaces.add("a", OptionalLong.of(SECRET), NamespaceBinding.toInterface("x"))))
        .isEqualTo(SessionError.ALREADY_LISTENING);
    assertThat(found(7, "10.0.0.1", 80)).isEqualTo(exact);
    assertThat(found(7, "10.0.0.9", 80)).isEqualTo(any);
  }

  @Test
  void listeners_may_take_each_others_places() {
    loop("x", 7, "10.0.0.1/8", "10.0.0.2/8");
    add("a", NamespaceBinding.toInterface("x"));
    Probe server = both("server", "a");
    long any = host.listen(server, "tcp://0.0.0.0:80");
    host.main(() -> plane.setTable("x", true, 9).join());
    host.main(() -> plane.setTable("x", true, 7).join());
    assertThat(found(7, "10.0.0.1", 80)).isEqualTo(any);
    assertThat(found(9, "10.0.0.1", 80)).isEqualTo(Handle.INVALID);
    long exact = host.listen(server, "tcp://10.0.0.2:80");
    host.main(() -> plane.setTable("x", true, 9).join());
    assertThat(found(9, "10.0.0.1", 80)).isEqualTo(any);
    assertThat(found(9, "10.0.0.2", 80)).isEqualTo(exact);
    host.detach(server);
    assertThat(found(9, "10.0.0.1", 80)).isEqualTo(Handle.INVALID);
    assertThat(host.stack.sessions().localEndpoints().inUse()).isZero();
    host.assertNothingLeft();
  }

  @Test
  void a_listener_whose_transport_does_not_follow_ends_and_its_application_stays() {
    loop("x", 7, "10.0.0.1/8");
    inTable("a", 5);
    Probe server = both("server", "a");
    long listener = host.listen(server, "tcp://0.0.0.0:80");
    network.refusing = true;
    add("a", NamespaceBinding.toInterface("x"));
    network.refusing = false;
    host.settle();
    assertThat(server.log).isEmpty();
    assertThat(refusal(() -> server.context().unlisten(listener))).isEqualTo(SessionError.NOLISTEN);
    assertThat(network.listeners).isZero();
    host.listen(server, "tcp://0.0.0.0:80");
    host.detach(server);
    host.assertNothingLeft();
  }

  // ---- Connects.

  @Test
  void A07_the_loopback_of_another_namespace_is_another_one() {
    inTable("a", 5);
    Probe server = both("server", "a");
    host.listen(server, "tcp://0.0.0.0:80");
    Probe client = both("client", "default");
    assertThat(connect(client, "tcp://127.0.0.1:80")).isEqualTo(SessionError.NOROUTE);
    assertThat(server.log).isEmpty();
  }

  @Test
  void L10_an_address_of_a_server_of_the_same_table_is_reached_without_a_packet() {
    loop("x", 0, "10.0.0.1/8");
    loop("y", 7, "10.7.0.1/16");
    add("a", NamespaceBinding.toInterface("x"));
    add("b", NamespaceBinding.toInterface("y"));
    Probe server = attach("server", "a", Scope.GLOBAL);
    host.listen(server, "tcp://0.0.0.0:80");
    Probe far = attach("far", "b", Scope.GLOBAL);
    host.listen(far, "tcp://0.0.0.0:80");
    Probe client = both("client", "default");
    assertThat(connect(client, "tcp://10.0.0.1:80")).isEqualTo(SessionError.NONE);
    assertThat(client.session().transport()).isEqualTo("ct");
    assertThat(server.told()).containsExactly("accepted");
    assertThat(network.connects).as("no packet on any card").isEmpty();
    assertThat(connect(client, "tcp://10.7.0.1:80")).as("of another table").isEqualTo(SessionError.NONE);
    assertThat(network.connects).as("that goes to the network").hasSize(1);
    assertThat(far.log).isEmpty();
  }

  @Test
  void A09_a_connect_has_an_address_of_the_interface_of_its_namespace() {
    loop("x", 0, "10.0.0.1/8");
    loop("y", 0, "10.0.0.2/8");
    add("a", NamespaceBinding.toInterface("y"));
    Probe plain = both("plain", "default");
    Probe bound = both("bound", "a");
    connect(plain, "tcp://10.0.0.9:80");
    connect(bound, "tcp://10.0.0.9:80");
    assertThat(network.pending.values()).extracting(link -> link.localEndpoint().address().toString())
        .containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2");
    host.detach(plain);
    host.detach(bound);
    assertThat(host.stack.sessions().localEndpoints().inUse()).isZero();
    host.assertNothingLeft();
  }
}
