package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.StackLimits;
import org.sluice.core.lookup.PortRange;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.transport.ScriptedConnection;

/** Local endpoints of connects and listeners, from the application down to the book and back to nothing. */
class ConnectPortsTest {
  /** Of this host; what a listener may have. */
  private static final String OWN = ScriptedWorld.OWN;
  private static final Endpoint SERVER = Endpoint.of("192.0.2.1", 7000);
  private static final Endpoint OTHER = Endpoint.of("192.0.2.1", 7001);
  private static final int FIRST = 3000;
  private static final int PORTS = 3;

  private final ScriptedWorld w = world();
  private long nextOpaque;

  private static ScriptedWorld world() {
    StackLimits d = StackLimits.DEFAULT;
    StackLimits limits = new StackLimits(
        d.maxSessionsPerWorker(), d.maxFlows(), d.maxSegments(), d.maxTransports(),
        new PortRange(FIRST, FIRST + PORTS - 1), d.applications(), d.tx(), d.workers(), d.sweep());
    ScriptedWorld world = new ScriptedWorld(1, 2, TxMode.DEQUEUE, limits);
    world.takesLocalEndpoints();
    return world;
  }

  private int inUse() {
    return w.simulation.stack().sessions().localEndpoints().inUse();
  }

  /** Connects from a port of the own address, 0 for any; returns what was told at once. */
  private SessionError connect(Endpoint remote, int port) {
    long opaque = ++nextOpaque;
    ConnectOptions options = ConnectOptions.of("script", remote).withLocal(Endpoint.of(OWN, port));
    w.simulation.on(0, () -> w.application.context().connect(options, opaque));
    w.run();
    List<String> told = w.application.connects().stream().filter(c -> c.endsWith(" " + opaque)).toList();
    return told.isEmpty() ? SessionError.NONE : SessionError.valueOf(told.getFirst().split(" ", 3)[1]);
  }

  private ScriptedConnection connected(Endpoint remote, int port) {
    assertThat(connect(remote, port)).isEqualTo(SessionError.NONE);
    return w.transport.lastHalfOpen();
  }

  private void cancel(ScriptedConnection halfOpen) {
    assertThat(w.simulation.await(() -> w.application.context().cancelConnect(halfOpen.session)))
        .isEqualTo(SessionError.NONE);
  }

  @Test
  void T08_random_ports_are_of_the_range_and_differ_while_there_are_unused_ones() {
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < PORTS; i++) {
      ports.add(connected(SERVER, 0).localPort());
    }
    assertThat(ports).containsExactlyInAnyOrder(FIRST, FIRST + 1, FIRST + 2);
    assertThat(inUse()).isEqualTo(PORTS);
    w.end();
  }

  @Test
  void T08_without_ports_a_connect_fails_with_NOPORT_until_one_comes_back() {
    for (int i = 0; i < PORTS; i++) {
      connected(SERVER, 0);
    }
    assertThat(connect(SERVER, 0)).isEqualTo(SessionError.NOPORT);
    assertThat(inUse()).as("a failed connect takes nothing").isEqualTo(PORTS);
    assertThat(w.counter("session.error.noport")).isEqualTo(1);
    ScriptedConnection gone = w.transport.halfOpens().getFirst();
    int port = gone.localPort();
    cancel(gone);
    assertThat(connected(SERVER, 0).localPort()).isEqualTo(port);
    w.end();
  }

  @Test
  void T08_a_port_is_shared_while_the_remote_sides_differ_and_free_after_its_last_user() {
    for (int i = 0; i < PORTS; i++) {
      connected(SERVER, 0);
      connected(OTHER, 0);
    }
    assertThat(inUse()).isEqualTo(PORTS);
    w.transport.pending().stream().filter(h -> h.remotePort() == SERVER.port()).forEach(this::cancel);
    assertThat(inUse()).as("still used towards the other peer").isEqualTo(PORTS);
    w.transport.pending().forEach(this::cancel);
    assertThat(inUse()).isZero();
    w.end();
  }

  @Test
  void T08_an_explicit_port_may_be_out_of_the_range_and_is_refused_when_the_flow_exists() {
    ScriptedConnection first = connected(SERVER, 80);
    assertThat(first.localEndpoint().address()).isEqualTo(Endpoint.of(OWN, 0).address());
    assertThat(first.localPort()).isEqualTo(80);
    assertThat(connect(SERVER, 80)).isEqualTo(SessionError.PORTINUSE);
    assertThat(connect(OTHER, 80)).as("another flow").isEqualTo(SessionError.NONE);
    assertThat(inUse()).isEqualTo(1);
    ScriptedConnection made = w.simulation.get(2, () -> w.transport.answer(first, w.worker(2)));
    w.simulation.on(1, () -> w.transport.delete(first));
    w.run();
    assertThat(connect(SERVER, 80)).as("established by now").isEqualTo(SessionError.PORTINUSE);
    w.simulation.on(2, () -> w.transport.deleted(made));
    w.run();
    assertThat(connect(SERVER, 80)).isEqualTo(SessionError.NONE);
    w.end();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void T08_each_end_of_a_connect_gives_its_port_back_from_any_worker(int worker) {
    ScriptedConnection refused = connected(SERVER, 0);
    ScriptedConnection answered = connected(SERVER, 0);
    ScriptedConnection unanswered = connected(SERVER, 0);
    ScriptedConnection made = w.simulation.get(worker, () -> {
      w.transport.refuse(refused, SessionError.REFUSED);
      w.transport.delete(refused);
      w.transport.delete(unanswered);
      return w.transport.answer(answered, w.worker(worker));
    });
    w.simulation.on((worker + 1) % 3, () -> w.transport.delete(answered));
    assertThat(inUse()).as("the session has its half-open's port").isEqualTo(1);
    w.run();
    w.simulation.on(worker, () -> w.transport.deleted(made));
    w.run();
    assertThat(inUse()).isZero();
    w.end();
  }

  @Test
  void T08_without_a_network_there_is_no_address_to_connect_from() {
    ScriptedWorld bare = new ScriptedWorld(1, 0, TxMode.DEQUEUE);
    bare.transport.takesLocalEndpoints();
    bare.simulation.on(0, () -> bare.application.context().connect("script://192.0.2.1:7000", 1));
    bare.run();
    assertThat(bare.application.connects()).containsExactly("failed NOINTF 1");
    assertThat(bare.transport.live()).isZero();
    assertThat(bare.simulation.stack().sessions().localEndpoints().inUse()).isZero();
    bare.end();
  }

  @Test
  void T08_a_listener_of_an_address_is_a_user_and_one_of_all_addresses_is_none() {
    long all = w.simulation.await(() -> w.application.context().listen("script://0.0.0.0:80"));
    assertThat(inUse()).isZero();
    long specific = w.simulation.await(() -> w.application.context().listen("script://" + OWN + ":80"));
    assertThat(inUse()).isEqualTo(1);
    ScriptedConnection user = connected(SERVER, 80);
    assertThat(inUse()).as("the same endpoint").isEqualTo(1);
    w.simulation.await(() -> w.application.context().unlisten(specific));
    assertThat(inUse()).as("the connect has it still").isEqualTo(1);
    cancel(user);
    assertThat(inUse()).isZero();
    w.simulation.await(() -> w.application.context().unlisten(all));
    w.end();
  }

  @Test
  void T09_listening_where_a_connect_is_and_connecting_from_where_a_listener_is() {
    ScriptedConnection before = connected(SERVER, 80);
    String uri = "script://" + OWN + ":80";
    w.simulation.await(() -> w.application.context().listen(uri));
    ScriptedConnection after = connected(OTHER, 80);
    assertThatThrownBy(() -> w.simulation.await(() -> w.application.context().listen(uri)))
        .hasStackTraceContaining("ALREADY_LISTENING");
    assertThat(connect(SERVER, 80)).as("that flow").isEqualTo(SessionError.PORTINUSE);
    assertThat(inUse()).isEqualTo(1);
    ScriptedConnection listener = w.transport.listener();
    List<ScriptedConnection> accepted = new ArrayList<>();
    w.simulation.on(1, () -> accepted.add(w.transport.incoming(listener, 5000, w.worker(1))));
    w.simulation.on(1, () -> w.host.sessions().acceptNotify(accepted.getFirst()));
    for (ScriptedConnection halfOpen : List.of(before, after)) {
      assertThat(w.simulation.get(2, () -> w.transport.answer(halfOpen, w.worker(2))).session)
          .as("each flow has its session").isNotNegative();
      w.simulation.on(2, () -> w.transport.delete(halfOpen));
    }
    w.run();
    assertThat(w.application.logs()).hasSize(3);
    w.end();
  }

  @Test
  void S13_detach_with_a_hundred_pending_connects_cancels_each_and_frees_its_port() {
    ScriptedWorld many = new ScriptedWorld(1, 2, TxMode.DEQUEUE);
    many.takesLocalEndpoints();
    ConnectOptions options = ConnectOptions.of("script", SERVER).withLocal(Endpoint.of(OWN, 0));
    for (int i = 0; i < 100; i++) {
      many.connect(options, i);
    }
    assertThat(many.simulation.stack().sessions().localEndpoints().inUse()).isEqualTo(100);
    many.simulation.await(() -> many.application.context().detach());
    assertThat(many.transport.calls("cleanupHalfOpen")).isEqualTo(100);
    assertThat(many.transport.live()).isZero();
    assertThat(many.simulation.stack().sessions().localEndpoints().inUse()).isZero();
    many.simulation.on(2, () -> many.transport.halfOpens().forEach(
        h -> assertThat(many.transport.answer(h, many.worker(2)).session).isNegative()));
    many.run();
    assertThat(many.application.connects()).isEmpty();
    many.simulation.requireNothingLeft();
  }

  @Test
  void S13_detach_gives_every_port_back_whatever_has_become_of_the_connects() {
    for (int i = 0; i < PORTS; i++) {
      connected(SERVER, 0);
      connected(OTHER, 0);
    }
    List<ScriptedConnection> all = w.transport.halfOpens();
    w.simulation.on(1, () -> w.transport.refuse(all.get(0), SessionError.REFUSED));
    w.simulation.on(1, () -> w.transport.answer(all.get(1), w.worker(1)));
    w.simulation.on(2, () -> w.transport.refuse(all.get(2), SessionError.REFUSED));
    w.simulation.on(2, () -> w.transport.requestDeleteOf(all.get(2)));
    w.simulation.await(() -> w.application.context().detach());
    assertThat(inUse()).as("those that their transport has not let go").isEqualTo(2);
    all.subList(0, 2).forEach(h -> w.simulation.on(2, () -> w.transport.delete(h)));
    w.run();
    assertThat(w.transport.calls("cleanupHalfOpen")).isEqualTo(3);
    assertThat(w.transport.calls("free")).isEqualTo(1);
    w.simulation.await(w.host::revoke);
    w.simulation.requireNothingLeft();
  }
}
