package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.application.ListenerView;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.application.NamespaceControl;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportTrait;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.ScriptedTransport;

/** Connectionless listeners that move, or are left and joined again, while their sessions are being opened. */
@Timeout(60)
class DatagramListenerMovesTest {
  /** More than a listen takes. */
  private static final int STEPS = 16;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void S29_a_listener_that_moves_at_whatever_moment_of_its_listen_comes_and_has_sessions_there(boolean proxy) {
    for (int steps = 0; steps < STEPS; steps++) {
      DatagramWorld w = new DatagramWorld(new Simulation(steps, 2));
      NetworkPlane network = w.simulation.stack().network();
      NetInterface loop = w.simulation.await(() -> network.addInterface("loop", null));
      w.simulation.await(() -> network.addAddress(loop.name(), IpPrefix.parse("192.0.2.9/24")));
      NamespaceControl namespaces = w.simulation.stack().applicationLayer().namespaces();
      NamespaceBinding before = NamespaceBinding.toTables(0, NamespaceBinding.ABSENT);
      w.simulation.await(() -> namespaces.add("own", OptionalLong.of(0), before));
      RecordingApplication moving = new RecordingApplication();
      AttachOptions.Builder options = AttachOptions.named("moving").with().namespace("own", 0).scopes(Scope.GLOBAL);
      AttachOptions attach = (proxy ? options.proxy("message") : options).build();
      CompletableFuture<ApplicationContext> attaching =
          w.simulation.get(0, () -> w.host.scope().applications().attach(moving, attach));
      CompletableFuture<Long> listening = proxy
          ? CompletableFuture.completedFuture(0L)
          : w.simulation.get(0, () -> moving.context().listen("message://0.0.0.0:7001"));
      for (int i = 0; i < steps; i++) {
        w.simulation.runtime().step();
      }
      w.simulation.await(() -> namespaces.add("own", OptionalLong.of(0), NamespaceBinding.toInterface(loop.name())));
      w.simulation.run();
      assertThat(listening.join()).as("after %d steps", steps).isNotNegative();
      assertThat(moving.logs().stream().filter(log -> !log.isOver())).as("after %d steps", steps).hasSize(2)
          .allSatisfy(log -> assertThat(log.session().localEndpoint().address()).hasToString("192.0.2.9"));
      w.simulation.await(attaching.join()::detach);
      w.end();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void S29_a_listener_whose_sessions_do_not_come_along_is_no_listener_any_more(boolean local) {
    DatagramWorld w = new DatagramWorld(new Simulation(1, 2));
    NetworkPlane network = w.simulation.stack().network();
    NetInterface loop = w.simulation.await(() -> network.addInterface("loop", null));
    w.simulation.await(() -> network.addAddress(loop.name(), IpPrefix.parse("192.0.2.9/24")));
    NamespaceControl namespaces = w.simulation.stack().applicationLayer().namespaces();
    w.simulation.await(() -> namespaces.add("own", OptionalLong.of(0), NamespaceBinding.toTables(0, 0)));
    if (local) {
      TestHost localHost = w.simulation.host("local", Map.of());
      TransportDescriptor here = new TransportDescriptor(
          "here", "H", ServiceType.VIRTUAL_CIRCUIT, TxMode.INTERNAL, Set.of(TransportTrait.LOCAL));
      w.simulation.await(() -> localHost.scope().registerTransport(new ScriptedTransport(here, localHost)));
    }
    RecordingApplication moving = new RecordingApplication();
    AttachOptions.Builder options = AttachOptions.named("moving").with().namespace("own", 0);
    AttachOptions attach = (local ? options.scopes(Scope.GLOBAL, Scope.LOCAL) : options.scopes(Scope.GLOBAL)).build();
    w.simulation.await(() -> w.host.scope().applications().attach(moving, attach));
    long listener = w.simulation.await(() -> moving.context().listen("message://0.0.0.0:7001"));
    w.transport.refusing = SessionError.ALLOC;
    w.simulation.await(() -> namespaces.add("own", OptionalLong.of(0), NamespaceBinding.toInterface(loop.name())));
    w.simulation.run();
    assertThat(w.counter("listener.lost")).isEqualTo(1);
    assertThat(moving.logs()).isNotEmpty().allSatisfy(log -> assertThat(log.isOver()).isTrue());
    assertThat(w.transport.listening).as("the transport listens for nobody").isZero();
    assertThat(listens(w, listener)).as("under its handle").isFalse();

    w.transport.refusing = SessionError.NONE;
    if (local) {
      assertThat(listeners(w)).as("on this host").hasSize(1);
    } else {
      assertThat(w.simulation.await(() -> moving.context().listen("message://0.0.0.0:7001")))
          .as("it may listen again, where it is now").isNotNegative();
      w.simulation.run();
      assertThat(moving.logs().stream().filter(log -> !log.isOver())).hasSize(2);
    }
    w.simulation.await(() -> moving.context().detach());
    w.end();
  }

  private static List<ListenerView> listeners(DatagramWorld w) {
    return w.simulation.get(0, () -> w.simulation.stack().applicationRegistry().views().listeners());
  }

  private static boolean listens(DatagramWorld w, long listener) {
    return listeners(w).stream().anyMatch(view -> view.handle() == listener);
  }

  @Test
  void S29_a_worker_that_joins_again_before_it_had_joined_stays() {
    for (int steps = 0; steps < STEPS; steps++) {
      DatagramWorld w = new DatagramWorld(new Simulation(steps, 2));
      final long listener = w.listen(w.server.context(), DatagramWorld.URI);
      RecordingApplication second = new RecordingApplication();
      ApplicationContext added = w.simulation.await(() -> w.server.context().addWorker(second));
      CompletableFuture<Long> first = w.simulation.get(0, () -> added.listen(DatagramWorld.URI));
      for (int i = 0; i < steps; i++) {
        w.simulation.runtime().step();
      }
      CompletableFuture<?> unlisten = w.simulation.get(0, () -> added.unlisten(listener));
      CompletableFuture<Long> again = w.simulation.get(0, () -> added.listen(DatagramWorld.URI));
      w.simulation.run();
      assertThat(first).isDone();
      assertThat(unlisten).isCompleted();
      assertThat(again).as("after %d steps", steps).isCompletedWithValue(listener);
      assertThat(second.logs().stream().filter(log -> !log.isOver())).as("after %d steps", steps).hasSize(2);
      w.simulation.await(() -> added.unlisten(listener));
      w.end();
    }
  }
}
