package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.sluice.core.session.SessionAdmin;
import org.sluice.core.session.SessionOwner;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.PendingConnect;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportAttribute;
import org.sluice.spi.transport.TransportTrait;
import org.sluice.spi.transport.TxMode;
import org.sluice.spi.transport.Verbosity;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.transport.ScriptedConnection;

/** What transports, applications and consoles find of a half-open, from its begin until it is gone. */
class HalfOpenRowsTest {
  private static final TransportAttribute<Integer> RETRANSMITS =
      new TransportAttribute<>("retransmits", Integer.class);

  private final ScriptedWorld w = new ScriptedWorld(1, 2, TxMode.DEQUEUE);
  private final SessionLayer layer = w.host.sessions();

  private static String lookup(ScriptedWorld w, int worker, ScriptedConnection connection) {
    return w.simulation.get(worker, () -> {
      LookupResult result = new LookupResult();
      w.host.sessions().lookup(new FlowKey().set(connection), result);
      return result.kind() + (result.kind() == LookupResult.Kind.NONE ? "" : " " + Handle.text(result.handle()));
    });
  }

  /** Flow and state of the half-opens of worker 0 as lists show them, and what the transport adds. */
  private static List<String> shown(ScriptedWorld w) {
    List<String> lines = new ArrayList<>();
    w.simulation.on(0, () -> w.simulation.stack().sessionCore().worker(0).admin().forEachSession(view -> {
      if (view.isHalfOpen()) {
        lines.add(view.flow() + " " + view.stateLabel() + " " + view.details(Verbosity.LINE));
      }
    }));
    return lines;
  }

  @Test
  void S07_a_half_open_begins_on_worker_0_alone() {
    TransportEntry entry = w.simulation.stack().transports().entries().getFirst();
    w.simulation.on(1, () -> assertThatThrownBy(() -> w.simulation.stack().sessionCore().halfOpens().open(
        (SessionOwner) w.application.context(), entry, new EndpointConfig(), 1)).isInstanceOf(AssertionError.class));
    assertThat(w.liveSessions()).isZero();
  }

  @Test
  void S09_a_flow_leads_to_its_half_open_until_any_report_or_cancel() {
    for (int how = 0; how < 4; how++) {
      ScriptedConnection halfOpen = w.connect(how);
      for (int worker = 0; worker < 3; worker++) {
        assertThat(lookup(w, worker, halfOpen)).isEqualTo("HALF_OPEN " + Handle.text(halfOpen.session));
      }
      switch (how) {
        case 0 -> w.simulation.on(1, () -> w.transport.answer(halfOpen, w.worker(1)));
        case 1 -> w.simulation.on(2, () -> w.transport.refuse(halfOpen, SessionError.REFUSED));
        case 2 -> w.simulation.on(2, () -> w.transport.delete(halfOpen));
        default -> w.simulation.await(() -> w.application.context().cancelConnect(halfOpen.session));
      }
      assertThat(lookup(w, 1, halfOpen)).as("way %d", how)
          .matches(how == 0 ? "SESSION 1:.*" : "NONE");
      w.simulation.on(1, () -> w.transport.delete(halfOpen));
      w.run();
    }
    w.end();
  }

  @Test
  void S12_a_transport_that_never_lets_go_is_flagged_as_a_leak() {
    ScriptedConnection halfOpen = w.connect(1);
    w.simulation.on(1, () -> w.transport.refuse(halfOpen, SessionError.REFUSED));
    w.simulation.await(() -> w.application.context().detach());
    assertThatThrownBy(w.simulation::requireNothingLeft).hasMessageContaining("half-open on worker 0");
    w.simulation.on(2, () -> w.transport.delete(halfOpen));
    w.run();
    w.simulation.requireNothingLeft();
  }

  @Test
  void S14_an_answer_after_the_detach_is_refused_and_the_next_application_in_the_slot_hears_nothing() {
    ScriptedConnection halfOpen = w.connect(1);
    long left = w.application.context().handle();
    w.simulation.await(() -> w.application.context().detach());
    RecordingApplication next = new RecordingApplication();
    w.attach(next, "next");
    ApplicationContext context = next.context();
    assertThat(Handle.slot(context.handle())).isEqualTo(Handle.slot(left));
    w.simulation.on(0, () -> context.connect("script://127.0.0.1:7000", 2));
    ScriptedConnection own = w.transport.lastHalfOpen();
    assertThat(Handle.slot(own.session)).as("the same slot").isEqualTo(Handle.slot(halfOpen.session));
    for (int worker = 0; worker < 3; worker++) {
      int index = worker;
      assertThat(w.simulation.get(index, () -> w.transport.answer(halfOpen, w.worker(index))).session)
          .as("the transport is to abort its peer").isNegative();
      w.simulation.on(index, () -> assertThat(w.transport.refuse(halfOpen, SessionError.REFUSED)).isNegative());
      w.simulation.on(index, () -> w.transport.delete(halfOpen));
    }
    w.run();
    assertThat(next.connects()).isEmpty();
    assertThat(w.simulation.await(context::halfOpens)).containsExactly(own.session);
    w.simulation.await(context::detach);
    assertThat(w.application.connects()).isEmpty();
    w.simulation.requireNothingLeft();
  }

  @Test
  void S16_statistics_of_a_failed_connect_are_read_in_the_error_callback() {
    w.transport.provide(RETRANSMITS, 6);
    List<@Nullable Integer> read = new ArrayList<>();
    ApplicationContext context = w.application.context();
    w.application.onConnectFailed(halfOpen -> read.add(context.halfOpenAttribute(halfOpen, RETRANSMITS)));
    ScriptedConnection halfOpen = w.connect(1);
    assertThat(w.simulation.get(0, () -> context.halfOpenAttribute(halfOpen.session, RETRANSMITS)))
        .as("while it waits").isEqualTo(6);
    RecordingApplication stranger = new RecordingApplication();
    w.attach(stranger, "stranger");
    assertThat(w.simulation.get(0, () -> stranger.context().halfOpenAttribute(halfOpen.session, RETRANSMITS)))
        .as("for another").isNull();
    assertThat(w.simulation.get(1, () -> context.halfOpenAttribute(halfOpen.session, RETRANSMITS)))
        .as("elsewhere").isNull();
    w.simulation.on(1, () -> {
      w.transport.refuse(halfOpen, SessionError.TIMEDOUT);
      w.transport.requestDeleteOf(halfOpen);
    });
    assertThat(w.transport.live()).as("its connection is kept").isEqualTo(1);
    w.run();
    assertThat(read).containsExactly(6);
    assertThat(w.transport.live()).isZero();
    ScriptedConnection letGo = w.connect(2);
    w.simulation.on(1, () -> {
      w.transport.refuse(letGo, SessionError.TIMEDOUT);
      w.transport.delete(letGo);
    });
    w.run();
    assertThat(read).as("its transport has let go before").containsExactly(6, null);
    assertThat(w.simulation.get(0, () -> context.halfOpenAttribute(halfOpen.session, RETRANSMITS))).isNull();
    w.simulation.await(() -> stranger.context().detach());
    w.end();
  }

  @Test
  void S17_a_half_open_that_has_moved_is_answered_at_its_new_place() {
    ScriptedWorld m = new ScriptedWorld(1, 2, TxMode.DEQUEUE, TransportTrait.NO_LOOKUP);
    ScriptedConnection halfOpen = m.connect(1);
    String flow = halfOpen.localEndpoint() + "->" + halfOpen.remoteEndpoint();
    assertThat(shown(m)).containsExactly(flow + " connecting ");
    m.simulation.on(0, () -> m.host.sessions().halfOpenMigrate(halfOpen.session));
    assertThat(shown(m)).containsExactly("0.0.0.0:0->127.0.0.1:7000 migrating ");
    assertThat(phases(m)).containsExactly(PendingConnect.Phase.MIGRATING);
    m.simulation.on(2, () -> assertThat(m.transport.arrive(halfOpen, m.worker(2)).session).isZero());
    assertThat(shown(m)).containsExactly("0.0.0.0:0->127.0.0.1:7000 migrated ");
    assertThat(phases(m)).containsExactly(PendingConnect.Phase.MIGRATED);
    m.transport.provide(RETRANSMITS, 6);
    assertThat(m.simulation.get(0, () -> m.application.context().halfOpenAttribute(halfOpen.session, RETRANSMITS)))
        .as("its connection is another worker's").isNull();
    assertThat(m.simulation.get(2, () -> m.transport.answer(halfOpen, m.worker(2))).session).isNotNegative();
    assertThat(shown(m)).containsExactly("0.0.0.0:0->127.0.0.1:7000 done ");
    m.simulation.on(2, () -> m.transport.delete(halfOpen));
    m.run();
    assertThat(m.application.connects()).containsExactlyInAnyOrder("connected 1", "half-open gone 1");
  }

  private static List<PendingConnect.Phase> phases(ScriptedWorld m) {
    return m.simulation.await(() -> m.application.context().pendingConnects()).stream()
        .map(PendingConnect::phase).toList();
  }

  @Test
  void S18_the_console_shows_connecting_done_and_established() {
    ScriptedConnection halfOpen = w.connect(1);
    String flow = halfOpen.localEndpoint() + "->" + halfOpen.remoteEndpoint();
    assertThat(shown(w)).containsExactly(flow + " connecting ");
    w.transport.describeHalfOpens("SYN_SENT");
    assertThat(shown(w)).containsExactly(flow + " connecting SYN_SENT");
    ScriptedConnection made = w.simulation.get(1, () -> w.transport.answer(halfOpen, w.worker(1)));
    w.transport.describeHalfOpens("CLOSED");
    assertThat(shown(w)).containsExactly(flow + " done CLOSED");
    w.simulation.on(1, () -> w.transport.delete(halfOpen));
    assertThat(shown(w)).as("let go, and not settled yet").containsExactly("0.0.0.0:0->127.0.0.1:7000 done ");
    w.run();
    assertThat(shown(w)).isEmpty();
    List<String> sessions = new ArrayList<>();
    w.simulation.on(1, () -> w.simulation.stack().sessionCore().worker(1).admin().forEachSession(
        view -> sessions.add(view.flow() + " " + view.stateLabel())));
    assertThat(sessions).containsExactly(made.localEndpoint() + "->" + made.remoteEndpoint() + " ready");
    w.end();
  }

  @Test
  void S18_the_console_does_not_read_a_connection_that_was_let_go() {
    ScriptedConnection halfOpen = w.connect(1);
    w.simulation.on(1, () -> {
      w.transport.refuse(halfOpen, SessionError.REFUSED);
      w.transport.delete(halfOpen);
      // As a transport that reuses its objects does.
      halfOpen.endpoints(Endpoint.of("198.51.100.1", 1), Endpoint.of("198.51.100.2", 2));
    });
    long formatted = w.transport.calls("formatHalfOpen");
    assertThat(shown(w)).containsExactly("0.0.0.0:0->127.0.0.1:7000 done ");
    assertThat(w.transport.calls("formatHalfOpen")).isEqualTo(formatted);
    w.run();
    w.end();
  }

  @Test
  void S19_a_connecting_half_open_is_a_valid_session_until_it_is_gone() {
    SessionAdmin sessions = w.simulation.stack().sessionCore().worker(0).admin();
    ScriptedConnection halfOpen = w.connect(1);
    w.simulation.on(0, () -> {
      assertThat(sessions.view(halfOpen.session)).isNotNull();
      assertThat(w.application.context().session(halfOpen.session)).as("it has no FIFOs to use").isNull();
    });
    w.simulation.on(1, () -> w.transport.refuse(halfOpen, SessionError.REFUSED));
    w.run();
    w.simulation.on(0, () -> assertThat(sessions.view(halfOpen.session)).as("answered").isNotNull());
    w.simulation.on(1, () -> w.transport.delete(halfOpen));
    w.run();
    w.simulation.on(0, () -> assertThat(sessions.view(halfOpen.session)).as("gone").isNull());
    ScriptedConnection next = w.connect(2);
    assertThat(Handle.slot(next.session)).isEqualTo(Handle.slot(halfOpen.session));
    w.simulation.on(0, () -> {
      assertThat(sessions.view(halfOpen.session)).as("a stale handle").isNull();
      assertThat(sessions.view(next.session)).isNotNull();
    });
    w.end();
  }

  @Test
  void S20_the_goodbye_of_a_half_open_comes_once_after_success_or_error_and_not_after_a_cancel_or_detach() {
    for (int i = 0; i < 4; i++) {
      w.connect(i);
    }
    List<ScriptedConnection> all = w.transport.halfOpens();
    w.simulation.on(1, () -> w.transport.answer(all.get(0), w.worker(1)));
    w.simulation.on(1, () -> w.transport.refuse(all.get(1), SessionError.REFUSED));
    w.run();
    assertThat(w.application.connects()).as("not before the transport lets go")
        .containsExactlyInAnyOrder("connected 0", "failed REFUSED 1");
    w.simulation.await(() -> w.application.context().cancelConnect(all.get(2).session));
    for (ScriptedConnection halfOpen : all.subList(0, 3)) {
      w.simulation.on(2, () -> {
        w.transport.delete(halfOpen);
        layer.halfOpenDeleteNotify(halfOpen.session);
      });
    }
    w.run();
    w.simulation.await(() -> w.application.context().detach());
    w.simulation.on(2, () -> w.transport.delete(all.get(3)));
    w.run();
    assertThat(w.application.connects()).containsExactlyInAnyOrder(
        "connected 0", "failed REFUSED 1", "half-open gone 0", "half-open gone 1");
  }

  @Test
  void T02_half_opens_have_retrieval_cleanup_and_format_of_their_own() {
    w.transport.describeHalfOpens("SYN_SENT\n6 retransmits\n");
    ScriptedConnection halfOpen = w.connect(1);
    assertThat(w.transport.calls("halfOpen")).as("asked for once").isEqualTo(1);
    List<String> details = new ArrayList<>();
    w.simulation.on(0, () -> w.simulation.stack().sessionCore().worker(0).admin().forEachSession(
        view -> details.add(view.state() + " " + view.details(Verbosity.FULL))));
    assertThat(details).containsExactly(SessionState.CONNECTING + " SYN_SENT\n6 retransmits\n");
    w.simulation.await(() -> w.application.context().cancelConnect(halfOpen.session));
    assertThat(w.transport.calls()).contains("cleanupHalfOpen " + Handle.text(halfOpen.handle()));
    assertThat(w.transport.calls("cleanup")).isZero();
    assertThat(w.transport.halfOpen(halfOpen.handle())).as("a stale handle").isNull();
    w.end();
  }
}
