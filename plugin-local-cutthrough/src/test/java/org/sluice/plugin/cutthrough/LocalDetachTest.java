package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.PluginScope;
import org.sluice.core.StackLimits;
import org.sluice.core.runtime.WorkerLimits;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionState;

/** Applications that leave, or fail, in each state: L09 and the rows about cut-through accounting. */
class LocalDetachTest {

  /** The states of a local session's life in which an application can go. */
  enum Phase {
    CONNECT_SENT, ACCEPTING, CONNECTED_NOT_TOLD, ESTABLISHED, UNREAD_BOTH_WAYS, HALF_CLOSED, PEER_CLOSED, CLOSING
  }

  private static final StackLimits ONE_EVENT_PER_TURN = oneEventPerTurn();

  private static StackLimits oneEventPerTurn() {
    StackLimits d = StackLimits.DEFAULT;
    WorkerLimits w = d.workers();
    return new StackLimits(d.maxSessionsPerWorker(), d.maxFlows(), d.maxSegments(), d.maxTransports(), d.ports(),
        d.applications(), d.tx(),
        new WorkerLimits(w.mailboxCapacity(), w.messagesPerTurn(), w.controlPerTurn(), 1, w.timersPerTurn(),
            w.timerTickNs()), d.sweep());
  }

  static Stream<Arguments> crashes() {
    List<Arguments> rows = new ArrayList<>();
    for (int dataWorkers : new int[] {0, 2}) {
      for (Phase phase : Phase.values()) {
        for (boolean byClient : new boolean[] {true, false}) {
          rows.add(Arguments.of(dataWorkers, phase, byClient));
        }
      }
    }
    return rows.stream();
  }

  @ParameterizedTest(name = "{0} data workers, {1}, client leaves {2}")
  @MethodSource("crashes")
  void L09_an_application_that_leaves_in_any_state_leaves_nothing_behind(
      int dataWorkers, Phase phase, boolean byClient) {
    LocalHost host = new LocalHost(dataWorkers, ONE_EVENT_PER_TURN, 100, phase.name().hashCode());
    EventQueueFiller filler = new EventQueueFiller(host);
    for (int round = 0; round < 3; round++) {
      Probe server = host.server();
      Probe client = host.client();
      Probe leaving = byClient ? client : server;
      Probe staying = byClient ? server : client;
      if (phase != Phase.HALF_CLOSED) {
        staying.onDisconnected = Session::close;
      }
      staying.onReset = Session::close;
      reach(phase, host, filler, server, client, leaving);
      int told = leaving.log.size();
      host.detach(leaving);
      assertThat(leaving.log.subList(told, leaving.log.size())).containsExactly("detached");
      host.settle();
      if (phase == Phase.HALF_CLOSED) {
        host.at(staying.session(), staying.session()::close);
        host.settle();
      }
      assertThat(staying.told()).containsExactlyElementsOf(told(phase, byClient));
      assertThat(host.fifos() - filler.fifos()).as("FIFOs after %s", staying.log).isZero();
      host.detach(staying);
      assertThat(host.liveSessions()).as("sessions besides those of the filler").isEqualTo(filler.sessions());
      assertThat(host.scope.faults().count()).isZero();
    }
    filler.detach();
    host.assertNothingLeft();
  }

  /** What the application that stays hears, from beginning to end. */
  private static List<String> told(Phase phase, boolean byClient) {
    if (phase == Phase.CONNECT_SENT || phase == Phase.ACCEPTING && !byClient) {
      return byClient ? List.of() : List.of("failed REFUSED");
    }
    List<String> told = new ArrayList<>(List.of(byClient ? "accepted" : "connected"));
    told.addAll(switch (phase) {
      case ACCEPTING -> List.of("reset");
      case UNREAD_BOTH_WAYS -> List.of("readable", "reset");
      case CLOSING -> List.of("readable", "disconnected");
      case PEER_CLOSED -> List.of();
      default -> List.of("disconnected");
    });
    told.addAll(List.of("transport closed", "cleanup transport", "cleanup session"));
    return told;
  }

  private static void reach(
      Phase phase, LocalHost host, EventQueueFiller filler, Probe server, Probe client, Probe leaving) {
    switch (phase) {
      case CONNECT_SENT -> host.connect(client, 0);
      case ACCEPTING -> {
        host.connect(client, 0);
        filler.delay();
        turnUntil(host, phase, () -> host.console().stream().anyMatch(line -> line.contains(" accepting")));
      }
      case CONNECTED_NOT_TOLD -> {
        host.connect(client, 0);
        turnUntil(host, phase, () -> server.sessions.size() == 1);
        assertThat(client.sessions).as("not told").isEmpty();
      }
      default -> {
        host.join(client);
        Session own = leaving.session();
        Session other = leaving == client ? server.session() : client.session();
        host.at(own, () -> act(phase, own, other));
        if (phase != Phase.CLOSING) {
          host.settle();
        }
        host.at(own, () -> assertReached(phase, own, other));
      }
    }
  }

  private static void act(Phase phase, Session own, Session other) {
    switch (phase) {
      case UNREAD_BOTH_WAYS -> {
        Probe.write(own, "unread");
        Probe.write(other, "unread");
      }
      case HALF_CLOSED -> own.shutdown();
      case PEER_CLOSED -> other.close();
      case CLOSING -> {
        Probe.write(own, "unread");
        own.close();
      }
      default -> assertThat(phase).isEqualTo(Phase.ESTABLISHED);
    }
  }

  private static void assertReached(Phase phase, Session own, Session other) {
    SessionState expected = switch (phase) {
      case PEER_CLOSED -> SessionState.TRANSPORT_CLOSING;
      case CLOSING -> SessionState.CLOSING;
      default -> SessionState.READY;
    };
    assertThat(own.state()).as("own state in %s", phase).isEqualTo(expected);
    assertThat(own.readable()).as("unread in %s", phase).isEqualTo(phase == Phase.UNREAD_BOTH_WAYS ? 6 : 0);
    if (phase == Phase.HALF_CLOSED) {
      assertThat(other.state()).isEqualTo(SessionState.TRANSPORT_CLOSING);
    }
  }

  private static void turnUntil(LocalHost host, Phase phase, BooleanSupplier reached) {
    host.runtime.runUntil("phase " + phase, reached, Duration.ofMillis(1));
  }

  @Test
  void cut_through_accounting_a_segment_with_a_detached_side_is_not_reused_and_goes_with_its_last_session() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    host.join(client);
    assertThat(server.segments).hasSize(1);
    host.at(server.sessions.get(0), server.sessions.get(0)::close);
    host.detach(client);
    assertThat(server.segments).as("a session of the server is still in it").hasSize(1);
    Probe next = new Probe("next");
    host.attach(next);
    host.join(next);
    assertThat(server.segments).as("the next client gets one of its own").hasSize(2);
    host.at(server.sessions.get(1), server.sessions.get(1)::close);
    host.settle();
    assertThat(server.segments).as("without a client it does not linger").hasSize(1).isEqualTo(next.segments);
    host.detach(next);
    host.detach(server);
    host.assertNothingLeft();
  }

  @Test
  void cut_through_accounting_an_empty_lingering_segment_goes_at_once_when_a_side_leaves() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    host.at(client.session(), client.session()::close);
    host.at(server.session(), server.session()::close);
    host.settle();
    assertThat(server.segments).hasSize(1);
    host.detach(client);
    assertThat(server.segments).isEmpty();
    host.detach(server);
    host.assertNothingLeft();
  }

  @Test
  void cut_through_accounting_sessions_without_an_application_are_cleaned_up() {
    LocalHost host = new LocalHost(2);
    Probe server = host.server();
    Probe client = host.client();
    for (int i = 0; i < 10; i++) {
      host.join(client);
    }
    CompletableFuture<?> one = host.main(() -> server.context().detach());
    CompletableFuture<?> two = host.main(() -> client.context().detach());
    host.settle();
    assertThat(one).isCompleted();
    assertThat(two).isCompleted();
    host.assertNothingLeft();
  }

  @Test
  void A01_a_second_detach_is_refused_with_noapp_also_while_the_first_goes_on() {
    LocalHost host = new LocalHost(2);
    Probe server = host.server();
    host.onMain(() -> {
      CompletableFuture<?> first = server.context().detach();
      assertThat(first).isNotDone();
      assertThatThrownBy(() -> server.context().detach().join()).hasMessageContaining("NOAPP");
      assertThatThrownBy(() -> server.context().detachWorker().join()).hasMessageContaining("NOAPP");
      assertThatThrownBy(() -> server.context().listen("ct://0.0.0.0:9").join()).hasMessageContaining("NOAPP");
      assertThat(server.context().connect(LocalHost.SERVER, 0)).isEqualTo(SessionError.NOAPP);
    });
    host.settle();
    host.onMain(() -> assertThatThrownBy(() -> server.context().detach().join()).hasMessageContaining("NOAPP"));
    assertThat(server.log).containsExactly("detached");
    host.assertNothingLeft();
  }

  @Test
  void A03_removing_the_last_application_worker_detaches_the_application() {
    LocalHost host = new LocalHost(1);
    Probe server = host.server();
    CompletableFuture<?> gone = host.main(() -> server.context().detachWorker());
    host.onMain(() -> assertThatThrownBy(() -> server.context().detach().join()).hasMessageContaining("NOAPP"));
    host.settle();
    assertThat(gone).isCompleted();
    assertThat(server.log).containsExactly("detached");
    host.assertNothingLeft();
    host.server();
  }

  @Test
  void A03_an_added_application_worker_shares_the_listener_and_takes_its_sessions_with_it() {
    LocalHost host = new LocalHost(1);
    Probe server = host.server();
    Probe second = new Probe("second");
    ApplicationContext added = host.main(() -> server.context().addWorker(second).join());
    assertThat(added.applicationWorker()).isEqualTo(1);
    host.main(() -> added.listen(LocalHost.LISTEN).join());
    Probe client = host.client();
    for (int i = 0; i < 4; i++) {
      host.join(client);
    }
    assertThat(server.sessions).hasSize(2);
    assertThat(second.sessions).hasSize(2);
    assertThat(second.log).as("told of its own segment").startsWith("segment added", "accepted");

    CompletableFuture<?> left = host.main(added::detachWorker);
    host.settle();
    assertThat(left).isCompleted();
    assertThat(client.told()).filteredOn("disconnected"::equals).hasSize(2);
    assertThat(server.log).doesNotContain("detached");
    client.sessions.clear();
    server.sessions.clear();
    host.join(client);
    assertThat(server.sessions).hasSize(1);
    host.detach(server);
    host.detach(client);
    host.assertNothingLeft();
  }

  @Test
  void onDetached_comes_after_all_application_workers_have_gone() {
    LocalHost host = new LocalHost(2);
    Probe server = host.server();
    List<Integer> liveWhenDetached = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ApplicationContext added = host.main(() -> server.context().addWorker(new SessionCallbacks() {}).join());
      host.main(() -> added.listen(LocalHost.LISTEN).join());
    }
    Probe client = host.client();
    client.onDisconnected = Session::close;
    for (int i = 0; i < 8; i++) {
      host.join(client);
    }
    CompletableFuture<?> _ = host.main(() -> server.context().detach())
        .thenRun(() -> liveWhenDetached.add(server.log.indexOf("detached")));
    host.settle();
    assertThat(liveWhenDetached).as("onDetached was called before the future completed").doesNotContain(-1).hasSize(1);
    assertThat(server.log).filteredOn("detached"::equals).hasSize(1);
    host.detach(client);
    host.assertNothingLeft();
  }

  @Test
  void a_plugin_can_be_revoked_while_its_application_is_detaching() {
    LocalHost host = new LocalHost(2);
    Probe server = host.server();
    host.onMain(() -> {
      CompletableFuture<?> _ = server.context().detach();
    });
    CompletableFuture<?> revoked = host.scope.revoke();
    host.settle();
    assertThat(revoked).isCompleted();
    assertThat(revoked).isNotCompletedExceptionally();
    assertThat(host.stack.transports().local()).isNull();
  }

  @Test
  void a_transport_that_is_unloaded_resets_its_sessions_and_answers_its_connects() {
    LocalHost host = new LocalHost(1);
    PluginScope apps = host.stack.scope("apps");
    Probe server = new Probe("server");
    Probe client = new Probe("client");
    for (Probe probe : List.of(server, client)) {
      host.main(() -> apps.applications().attach(probe, LocalHost.small(probe.name)).join());
      probe.onReset = Session::close;
    }
    host.listen(server, LocalHost.LISTEN);
    host.join(client);
    host.connect(client, 2);
    CompletableFuture<?> revoked = host.main(() -> host.scope.revoke());
    host.settle();
    assertThat(revoked).isCompleted();
    assertThat(client.told()).startsWith("connected").contains("reset", "cleanup session");
    assertThat(client.failures.size() + client.sessions.size()).isEqualTo(2);
    assertThat(server.told()).endsWith("cleanup session");
    assertThat(host.fifos()).isZero();
    assertThat(host.liveSessions()).isZero();
    host.connect(client, 3);
    host.settle();
    assertThat(client.failures).endsWith(SessionError.TRANSPORT_NO_REG);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void detach_inside_any_callback_is_the_last_that_the_application_hears(int dataWorkers) {
    for (String where : List.of("accepted", "connected", "readable", "disconnected", "reset", "segment", "failed",
        "half-open", "cleanup")) {
      LocalHost host = new LocalHost(dataWorkers);
      Probe server = host.server();
      Probe client = host.client();
      Probe leaving = where.equals("accepted") ? server : client;
      List<Integer> loggedAtDetach = new ArrayList<>();
      Runnable leave = () -> {
        if (loggedAtDetach.isEmpty()) {
          loggedAtDetach.add(leaving.log.size());
          CompletableFuture<?> _ = leaving.context().detach();
        }
      };
      server.onAccept = session -> {
        if (where.equals("accepted")) {
          leave.run();
        }
        if (where.equals("failed")) {
          return AcceptDecision.REJECT;
        }
        Probe.write(session, "hello");
        if (where.equals("disconnected") || where.equals("cleanup")) {
          session.close();
        }
        return AcceptDecision.ACCEPT;
      };
      client.onConnected = session -> doAt(where, "connected", leave);
      client.onReadable = session -> {
        doAt(where, "readable", leave);
        session.read(new byte[100], 0, 100);
      };
      client.onDisconnected = session -> {
        doAt(where, "disconnected", leave);
        session.close();
      };
      client.onReset = session -> doAt(where, "reset", leave);
      client.onCleanup = session -> doAt(where, "cleanup", leave);
      client.onFailed = () -> doAt(where, "failed", leave);
      client.onHalfOpenCleanup = () -> doAt(where, "half-open", leave);
      client.onSegment = () -> doAt(where, "segment", leave);
      host.join(client);
      if (where.equals("reset")) {
        host.at(server.session(), server.session()::reset);
        host.settle();
      }
      assertThat(loggedAtDetach).as("left in %s: %s", where, leaving.log).hasSize(1);
      if (dataWorkers == 0) {
        assertThat(leaving.log.subList(loggedAtDetach.getFirst(), leaving.log.size()))
            .as("left in %s", where)
            .containsExactly("detached");
      }
      host.detach(leaving == client ? server : client);
      host.assertNothingLeft();
    }
  }

  private static void doAt(String wanted, String here, Runnable what) {
    if (wanted.equals(here)) {
      what.run();
    }
  }

  @Test
  void an_attach_whose_newWorker_fails_leaves_nothing_and_the_name_free() {
    LocalHost host = new LocalHost(2);
    host.runtime.tolerateFaults();
    Application failing = new Application() {
      private int made;

      @Override
      public SessionCallbacks newWorker(int workerIndex) {
        if (++made % 3 == 0) {
          throw new IllegalStateException("no third");
        }
        return this;
      }
    };
    AttachOptions options = LocalHost.small("failing");
    for (int i = 0; i < 3; i++) {
      host.onMain(() -> assertThatThrownBy(() -> host.scope.applications().attach(failing, options).join())
          .hasRootCauseInstanceOf(SessionException.class)
          .hasMessageContaining("failing"));
      host.assertNothingLeft();
    }
    assertThat(host.scope.faults().count()).isEqualTo(3);
  }

  @Test
  void an_attach_whose_onAttached_throws_is_taken_back() {
    LocalHost host = new LocalHost(1);
    host.runtime.tolerateFaults();
    Application failing = new Application() {
      @Override
      public void onAttached(ApplicationContext context) {
        context.listen(LocalHost.LISTEN).join();
        throw new IllegalStateException("on purpose");
      }
    };
    host.onMain(() -> assertThatThrownBy(
        () -> host.scope.applications().attach(failing, LocalHost.small("failing")).join())
        .hasMessageContaining("on purpose"));
    host.assertNothingLeft();
    host.server("failing");
  }
}
