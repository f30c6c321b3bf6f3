package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.sluice.core.StackLimits;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportAttribute;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportTrait;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.ScriptedConnection;
import org.sluice.testkit.transport.ScriptedTransport;

/** What the layer does with transports as a whole: names, lookup entries, attributes, time. */
class TransportRegistrationTest {
  private static TransportDescriptor descriptor(String name, String shortName, TransportTrait... traits) {
    return new TransportDescriptor(name, shortName, ServiceType.VIRTUAL_CIRCUIT, TxMode.DEQUEUE, Set.of(traits));
  }

  private static List<String> names(ScriptedWorld w) {
    return w.simulation.stack().transports().entries().stream().map(TransportEntry::name).toList();
  }

  @Test
  void names_and_short_names_are_unique_and_one_transport_alone_is_local() {
    ScriptedWorld w = ScriptedWorld.stream();
    TestHost other = w.simulation.host("other", Map.of());
    for (TransportDescriptor taken : List.of(descriptor("script", "X"), descriptor("x", "S"))) {
      assertThatThrownBy(() ->
          w.simulation.await(() -> other.scope().registerTransport(new ScriptedTransport(taken, other))))
          .hasRootCauseInstanceOf(IllegalArgumentException.class)
          .hasStackTraceContaining("scripted");
    }
    w.simulation.await(() -> other.scope()
        .registerTransport(new ScriptedTransport(descriptor("here", "H", TransportTrait.LOCAL), other)));
    assertThatThrownBy(() -> w.simulation.await(() -> other.scope()
        .registerTransport(new ScriptedTransport(descriptor("also", "A", TransportTrait.LOCAL), other))))
        .hasRootCauseInstanceOf(IllegalArgumentException.class);
    assertThat(names(w)).containsExactly("script", "here");
  }

  @Test
  void transport_whose_enable_throws_is_removed_and_the_others_live() {
    ScriptedWorld w = ScriptedWorld.stream();
    w.simulation.runtime().tolerateFaults();
    TestHost other = w.simulation.host("other", Map.of());
    ScriptedTransport broken = new ScriptedTransport(descriptor("broken", "B"), other);
    broken.throwIn("enable");
    assertThatThrownBy(() -> w.simulation.await(() -> other.scope().registerTransport(broken)))
        .hasStackTraceContaining("as told in enable");
    assertThat(names(w)).containsExactly("script");
    w.simulation.on(0, () -> w.application.context().connect("broken://127.0.0.1:1", 8));
    w.run();
    assertThat(w.application.connects()).containsExactly("failed " + SessionError.TRANSPORT_NO_REG + " 8");
    assertThat(w.connected(0).session).isNotNegative();
    broken.behaveIn("enable");
    w.simulation.await(() -> other.scope().registerTransport(broken));
    assertThat(names(w)).containsExactly("script", "broken");
  }

  @Test
  void transport_that_is_being_removed_takes_nothing_new() {
    ScriptedWorld w = ScriptedWorld.stream();
    TestHost other = w.simulation.host("other", Map.of());
    ScriptedTransport stays = new ScriptedTransport(descriptor("stays", "T"), other);
    w.simulation.await(() -> other.scope().registerTransport(stays));
    w.simulation.await(() -> w.application.context().listen("stays://127.0.0.1:1"));
    w.simulation.on(0, () -> w.application.context().connect("stays://127.0.0.1:2", 1));
    w.accepted(0);
    List<Long> answers = new ArrayList<>();
    List<CompletableFuture<Long>> listens = new ArrayList<>();
    // Its listeners and half-opens are gone and its sessions are going: the window between eviction and removal.
    w.transport.doIn("cleanup", () -> {
      answers.add(w.transport.incoming(stays.listener(), 1, w.worker(0)).session);
      answers.add(w.transport.incomingLocal(stays.listener(), stays.halfOpens().getFirst(), w.worker(0)).session);
      assertThat(w.application.context().connect("script://127.0.0.1:1", 2)).isEqualTo(SessionError.NONE);
      listens.add(w.application.context().listen("script://127.0.0.1:3"));
    });
    w.simulation.await(w.host::revoke);
    w.run();
    assertThat(answers).containsOnly((long) SessionError.NOSUPPORT.code()).hasSize(2);
    assertThat(w.application.connects()).containsExactly("failed TRANSPORT_NO_REG 2");
    assertThat(listens).singleElement().satisfies(listen ->
        assertThat(catchThrowable(listen::join)).hasStackTraceContaining("TRANSPORT_NO_REG"));
    assertThat(w.counter("session.error.nosupport")).isEqualTo(2);
    assertThat(w.transport.calls("connect")).isZero();
    assertThat(w.transport.calls("disable")).isEqualTo(1);
    assertThat(stays.calls("cleanup")).as("the other goes on").isZero();
    assertThat(w.simulation.get(0, () -> stays.incoming(stays.listener(), 2, w.worker(0))).session).isNotNegative();
    w.simulation.await(() -> w.application.context().detach());
    w.simulation.await(other::revoke);
    w.simulation.requireNothingLeft();
  }

  @Test
  void more_transports_than_the_limit_are_refused_and_counted() {
    StackLimits d = StackLimits.DEFAULT;
    StackLimits limits = new StackLimits(
        d.maxSessionsPerWorker(), d.maxFlows(), d.maxSegments(), 1, d.ports(), d.applications(), d.tx(), d.workers(),
        d.sweep());
    ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.DEQUEUE, limits);
    ScriptedTransport second = new ScriptedTransport(descriptor("second", "B"), w.host);
    assertThatThrownBy(() -> w.simulation.await(() -> w.host.scope().registerTransport(second)))
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasStackTraceContaining("stack.limits.transports");
    assertThat(w.counter("transport.limit")).isEqualTo(1);
    assertThat(second.calls()).isEmpty();
    assertThat(names(w)).containsExactly("script");
  }

  @Test
  void ids_are_never_given_twice() {
    ScriptedWorld w = ScriptedWorld.stream();
    int first = w.simulation.stack().transports().entries().getFirst().id();
    w.simulation.await(w.host::revoke);
    assertThat(w.transport.calls("disable")).isEqualTo(1);
    TestHost again = w.simulation.host("scripted", Map.of());
    int second = w.simulation.await(() ->
        again.scope().registerTransport(new ScriptedTransport(descriptor("script", "S"), again)));
    assertThat(second).isNotEqualTo(first);
    assertThat(w.simulation.stack().transports().byId(first)).isNull();
  }

  @Test
  void lookup_finds_sessions_and_listeners_but_nothing_of_a_transport_without_lookup() {
    for (TransportTrait[] traits : List.of(new TransportTrait[0], new TransportTrait[] {TransportTrait.NO_LOOKUP})) {
      boolean found = traits.length == 0;
      ScriptedWorld w = new ScriptedWorld(1, 2, TxMode.DEQUEUE, traits);
      ScriptedConnection accepted = w.accepted(1);
      ScriptedConnection connected = w.connected(1);
      ScriptedConnection pending = w.connect(9);
      assertThat(lookup(w, accepted)).isEqualTo(found ? LookupResult.Kind.SESSION : LookupResult.Kind.LISTENER);
      assertThat(lookup(w, connected)).isEqualTo(found ? LookupResult.Kind.SESSION : LookupResult.Kind.NONE);
      assertThat(lookup(w, pending)).isEqualTo(found ? LookupResult.Kind.HALF_OPEN : LookupResult.Kind.NONE);
      w.on(accepted, () -> w.transport.deleted(accepted));
      assertThat(lookup(w, accepted)).as("gone with its transport").isEqualTo(LookupResult.Kind.LISTENER);
    }
  }

  private static LookupResult.Kind lookup(ScriptedWorld w, ScriptedConnection connection) {
    LookupResult result = new LookupResult();
    w.simulation.on(1, () -> w.host.sessions().lookup(new FlowKey().set(connection), result));
    return result.kind();
  }

  @Test
  void second_connection_of_the_same_flow_is_refused() {
    ScriptedWorld w = ScriptedWorld.stream();
    ScriptedConnection first = w.connect(1);
    ScriptedConnection second = w.connect(2);
    second.endpointsOf(first);
    w.simulation.on(0, () -> {
      assertThat(w.transport.answer(first, w.worker(0)).session).isNotNegative();
      assertThat(w.transport.answer(second, w.worker(0)).session).isEqualTo(SessionError.PORTINUSE.code());
    });
    w.run();
    assertThat(w.application.connects()).containsExactlyInAnyOrder("connected 1", "failed PORTINUSE 2");
  }

  @Test
  void attributes_go_round_and_are_set_on_ready_sessions_only() {
    ScriptedWorld w = ScriptedWorld.stream();
    List<SessionError> early = new ArrayList<>();
    w.application.onOpen(s -> early.add(s.attribute(TransportAttribute.MSS, 500)));
    w.transport.provide(TransportAttribute.MSS, 1460);
    w.transport.provide(TransportAttribute.CHECKSUM_OFFLOAD, true);
    ScriptedConnection c = w.accepted(0);
    assertThat(early).containsExactly(SessionError.CONFLICT);
    w.on(c, () -> {
      var s = w.session(c);
      assertThat(s.attribute(TransportAttribute.MSS)).isEqualTo(1460);
      assertThat(s.attribute(TransportAttribute.MSS, 900)).isEqualTo(SessionError.NONE);
      assertThat(s.attribute(TransportAttribute.MSS)).isEqualTo(900);
      assertThat(s.attribute(TransportAttribute.CHECKSUM_OFFLOAD, false)).isEqualTo(SessionError.NONE);
      assertThat(s.attribute(TransportAttribute.CHECKSUM_OFFLOAD)).isFalse();
      assertThat(s.attribute(TransportAttribute.NO_DELAY)).isNull();
      assertThat(s.attribute(TransportAttribute.NO_DELAY, true)).isEqualTo(SessionError.NOSUPPORT);
      w.transport.deleted(c);
      assertThat(s.attribute(TransportAttribute.MSS)).isNull();
      assertThat(s.attribute(TransportAttribute.MSS, 1)).isEqualTo(SessionError.NOSESSION);
    });
  }

  @Test
  void time_and_timers_run_on_the_owner_alone() {
    ScriptedWorld w = new ScriptedWorld(1, 2, TxMode.DEQUEUE);
    List<String> fired = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int worker = i;
      Timer timer = w.simulation.get(i, () -> w.host.workers().worker(worker).newTimer(
          now -> fired.add(worker + " " + w.host.workers().worker(worker).isCurrent())));
      w.simulation.on(i, () -> timer.schedule(w.host.workers().worker(worker).nowNs() + 5_000_000));
    }
    w.advance(Duration.ofMillis(4));
    assertThat(fired).isEmpty();
    w.advance(Duration.ofMillis(4));
    assertThat(fired).containsExactlyInAnyOrder("0 true", "1 true", "2 true");
    w.simulation.runtime().tolerateFaults();
    w.transport.throwIn("updateTime");
    w.simulation.runtime().step();
    w.transport.behaveIn("updateTime");
    assertThat(w.connected(2).session).as("a fault in updateTime stops nobody").isNotNegative();
  }
}
