package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.sluice.core.StackLimits;
import org.sluice.core.application.ApplicationLimits;
import org.sluice.core.runtime.WorkerLimits;
import org.sluice.core.session.SessionOwner;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/** Limits: event queues, mailboxes, pools, memory. M10, L08. */
class CongestionTest {

  private static AttachOptions tiny(String name) {
    return LocalHost.small(name).with().eventQueueEvents(16).build();
  }

  @Test
  void M10_with_a_full_event_queue_old_events_keep_their_order_new_accepts_are_refused_and_nothing_is_lost() {
    LocalHost host = new LocalHost(0);
    Probe server = new Probe("server");
    host.attach(server, tiny("server"));
    host.listen(server, LocalHost.LISTEN);
    Probe client = host.client();
    for (int i = 0; i < 40; i++) {
      host.join(client);
    }
    assertThat(server.sessions).hasSize(40);
    server.log.clear();
    Map<Long, List<String>> heard = new HashMap<>();
    server.onReadable = session -> heard.computeIfAbsent(session.handle(), h -> new ArrayList<>()).add("readable");
    server.onDisconnected =
        session -> heard.computeIfAbsent(session.handle(), h -> new ArrayList<>()).add("disconnected");
    List<Boolean> congested = new ArrayList<>();
    host.onMain(() -> {
      // In one turn: more events than the queue has room for, and a connect behind them.
      for (Session own : client.sessions) {
        Probe.write(own, "x");
      }
      congested.add(((SessionOwner) server.context()).lane(0).isCongested());
      client.context().connect(LocalHost.SERVER, 99);
      for (Session own : client.sessions) {
        own.close();
      }
    });
    host.settle();
    assertThat(congested).containsExactly(true);
    assertThat(client.log).contains("failed REFUSED 99");
    assertThat(host.counter("session.event-queue-full")).isPositive();
    assertThat(heard).hasSize(40);
    assertThat(heard.values()).allSatisfy(
        events -> assertThat(events).containsExactly("readable", "disconnected"));
    host.join(client);
    assertThat(client.failures).as("not congested any more").hasSize(1);
  }

  @Test
  void M10_accepts_beyond_the_room_for_control_records_are_held_back_or_refused_and_all_are_answered() {
    LocalHost host = new LocalHost(0);
    Probe server = new Probe("server");
    host.attach(server, tiny("server"));
    host.listen(server, LocalHost.LISTEN);
    Probe client = new Probe("client");
    host.attach(client, tiny("client"));
    host.onMain(() -> {
      for (int i = 1; i <= 200; i++) {
        client.context().connect(LocalHost.SERVER, i);
      }
    });
    host.settle();
    assertThat(client.sessions.size() + client.failures.size()).isEqualTo(200);
    assertThat(client.sessions).hasSameSizeAs(server.sessions).hasSizeGreaterThanOrEqualTo(16);
    assertThat(client.failures).hasSizeGreaterThan(0).containsOnly(SessionError.REFUSED);
    assertThat(client.told()).as("each answered once").doesNotHaveDuplicates();
    host.detach(client);
    host.detach(server);
    host.assertNothingLeft();
  }

  @Test
  void M10_a_detach_with_held_back_events_leaves_nothing() {
    LocalHost host = new LocalHost(0);
    Probe server = new Probe("server");
    host.attach(server, tiny("server"));
    host.listen(server, LocalHost.LISTEN);
    Probe client = host.client();
    for (int i = 0; i < 60; i++) {
      host.join(client);
    }
    host.onMain(() -> {
      client.sessions.forEach(own -> Probe.write(own, "x"));
      client.sessions.forEach(Session::close);
      CompletableFuture<?> _ = server.context().detach();
    });
    host.detach(client);
    host.assertNothingLeft();
  }

  @Test
  void a_full_mailbox_refuses_the_connect_and_counts_it() {
    StackLimits limits = limits(1 << 20, WorkerLimits.DEFAULT.eventsPerTurn(), 4);
    LocalHost host = new LocalHost(1, limits, 1000, 1);
    Probe server = host.server();
    Probe client = host.client();
    host.onMain(() -> {
      for (int i = 1; i <= 100; i++) {
        assertThat(client.context().connect(LocalHost.SERVER, i)).isEqualTo(SessionError.NONE);
      }
    });
    host.settle();
    assertThat(client.sessions).hasSize(4);
    assertThat(client.failures).hasSize(96).containsOnly(SessionError.REFUSED);
    assertThat(host.scope.counters().counter("mailbox-full", "").value()
        + host.errors(SessionError.REFUSED)).isGreaterThanOrEqualTo(96);
    host.detach(client);
    host.detach(server);
    host.assertNothingLeft();
  }

  @Test
  void connects_from_another_worker_are_refused_while_the_mailbox_of_worker_0_is_full() {
    StackLimits limits = limits(1 << 20, WorkerLimits.DEFAULT.eventsPerTurn(), 4);
    LocalHost host = new LocalHost(1, limits, 1000, 1);
    Probe server = host.server();
    Probe client = host.client();
    for (int round = 0; round < 20; round++) {
      List<SessionError> answers = new ArrayList<>();
      host.on(1, () -> {
        for (int i = 0; i < 10; i++) {
          answers.add(client.context().connect(LocalHost.SERVER, 0));
        }
      });
      host.settle();
      assertThat(answers).as("round %d", round).containsOnly(SessionError.NONE, SessionError.LIMIT);
      assertThat(answers).filteredOn(SessionError.NONE::equals).as("round %d", round).hasSize(4);
      assertThat(client.sessions.size() + client.failures.size()).as("each that was taken is answered")
          .isEqualTo(4 * (round + 1));
    }
    host.detach(client);
    host.detach(server);
    host.assertNothingLeft();
  }

  private static StackLimits limits(int sessionsPerWorker, int eventsPerTurn, int mailbox) {
    StackLimits d = StackLimits.DEFAULT;
    WorkerLimits w = WorkerLimits.DEFAULT;
    WorkerLimits workers = new WorkerLimits(
        mailbox, w.messagesPerTurn(), w.controlPerTurn(), eventsPerTurn, w.timersPerTurn(), w.timerTickNs());
    return new StackLimits(sessionsPerWorker, d.maxFlows(), d.maxSegments(), d.maxTransports(), d.ports(),
        ApplicationLimits.DEFAULT, d.tx(), workers, d.sweep());
  }

  @Test
  void the_limit_of_sessions_refuses_either_end_and_leaves_nothing_of_the_pair() {
    // An even and an odd limit: the server's session, or the client's, is the one too many.
    for (int most : new int[] {4, 5}) {
      LocalHost host = new LocalHost(1, limits(most, 256, 4096), 1000, 1);
      Probe server = host.server();
      Probe client = host.client();
      server.onReset = Session::close;
      for (int i = 0; i < 4; i++) {
        host.join(client);
      }
      assertThat(client.sessions).as("limit %d", most).hasSize(2);
      assertThat(client.failures).containsExactly(SessionError.ALLOC, SessionError.ALLOC);
      assertThat(host.counter("session.limit")).isEqualTo(2);
      assertThat(host.fifos()).isEqualTo(4);
      host.detach(client);
      host.detach(server);
      host.assertNothingLeft();
    }
  }

  @Test
  void the_limit_of_connections_refuses_the_connect_and_is_counted() {
    LocalHost host = new LocalHost(0, StackLimits.DEFAULT, 5, 1);
    Probe server = host.server();
    Probe client = host.client();
    for (int i = 0; i < 3; i++) {
      host.join(client);
    }
    assertThat(client.sessions).hasSize(2);
    assertThat(client.failures).containsExactly(SessionError.ALLOC);
    assertThat(host.scope.counters().counter("connections.limit", "").value()).isEqualTo(1);
    host.detach(client);
    host.detach(server);
    host.assertNothingLeft();
  }

  @Test
  void without_room_for_fifos_the_client_is_told_and_the_server_never_knew() {
    LocalHost host = new LocalHost(0);
    Probe server = new Probe("server");
    host.attach(server, LocalHost.small("server").with().maxFifoMemoryBytes(1 << 20).build());
    host.listen(server, LocalHost.LISTEN);
    Probe client = host.client();
    host.join(client);
    assertThat(client.failures).containsExactly(SessionError.SEG_NO_SPACE);
    assertThat(server.log).isEmpty();
    host.detach(client);
    host.detach(server);
    host.assertNothingLeft();
  }

  @Test
  void the_clients_memory_limit_counts_too() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe poor = new Probe("poor");
    host.attach(poor, LocalHost.small("poor").with().maxFifoMemoryBytes(1 << 20).build());
    host.join(poor);
    assertThat(poor.failures).containsExactly(SessionError.SEG_NO_SPACE);
    assertThat(server.log).isEmpty();
    host.detach(poor);
    host.detach(server);
    host.assertNothingLeft();
  }

  @Test
  void each_application_callback_order_holds_with_a_queue_that_is_always_full() {
    LocalHost host = new LocalHost(0);
    Probe server = new Probe("server");
    host.attach(server, tiny("server"));
    host.listen(server, LocalHost.LISTEN);
    Probe client = host.client();
    Map<Long, List<String>> order = new HashMap<>();
    server.onAccept = session -> {
      order.put(session.handle(), new ArrayList<>(List.of("accepted")));
      return AcceptDecision.ACCEPT;
    };
    server.onReadable = session -> note(order, session, "readable");
    server.onDisconnected = session -> {
      note(order, session, "disconnected");
      session.close();
    };
    server.onCleanup = session -> note(order, session, "cleanup");
    client.onConnected = session -> {
      Probe.write(session, "x");
      session.close();
    };
    for (int round = 0; round < 20; round++) {
      host.onMain(() -> {
        for (int i = 0; i < 16; i++) {
          client.context().connect(LocalHost.SERVER, 0);
        }
      });
    }
    host.settle();
    assertThat(order).hasSizeGreaterThanOrEqualTo(16);
    assertThat(order.values()).allSatisfy(
        events -> assertThat(events).containsExactly("accepted", "readable", "disconnected", "cleanup", "cleanup"));
    assertThat(CleanupPhase.values()).hasSize(2);
  }

  private static void note(Map<Long, List<String>> order, Session session, String what) {
    List<String> events = order.get(session.handle());
    Objects.requireNonNull(events, "a session that was not accepted").add(what);
  }
}
