package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.spi.session.SessionState.ACCEPTING;
import static org.sluice.spi.session.SessionState.APP_CLOSED;
import static org.sluice.spi.session.SessionState.CLOSED;
import static org.sluice.spi.session.SessionState.CLOSING;
import static org.sluice.spi.session.SessionState.READY;
import static org.sluice.spi.session.SessionState.TRANSPORT_CLOSED;
import static org.sluice.spi.session.SessionState.TRANSPORT_CLOSING;
import static org.sluice.spi.session.SessionState.TRANSPORT_DELETED;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.CallbackOrder;
import org.sluice.testkit.transport.ScriptedConnection;

/** Each transition of a session, driven from both sides. */
class SessionStatesTest {
  private final ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.DEQUEUE);
  private final SessionLayer layer = w.host.sessions();

  @SuppressWarnings("NullAway.Init") // The connection of the session that the test opened.
  private ScriptedConnection last;

  private Session open() {
    w.application.onEnd(s -> {});
    return w.session(connection());
  }

  private ScriptedConnection connection() {
    ScriptedConnection c = w.connected(0);
    last = c;
    return c;
  }

  private void on(Runnable action) {
    w.simulation.on(0, action);
  }

  private List<String> events() {
    List<String> events = w.lastLog().events();
    CallbackOrder.check(events);
    return events;
  }

  private SessionState stateOf(ScriptedConnection c) {
    List<SessionState> states = new ArrayList<>();
    on(() -> w.simulation.stack().sessionCore().worker(0).admin().forEachSession(view -> {
      if (view.handle() == c.session) {
        states.add(view.state());
      }
    }));
    return states.isEmpty() ? CLOSED : states.getFirst();
  }

  // ---- Passive opens.

  @Test
  void created_becomes_accepting_and_ready() {
    SessionState[] seen = new SessionState[1];
    w.application.onOpen(s -> seen[0] = s.state());
    ScriptedConnection c = w.incoming(0);
    assertThat(stateOf(c)).isEqualTo(SessionState.CREATED);
    on(() -> assertThat(layer.acceptNotify(c)).isZero());
    assertThat(stateOf(c)).isEqualTo(ACCEPTING);
    w.run();
    assertThat(seen[0]).isEqualTo(ACCEPTING);
    assertThat(stateOf(c)).isEqualTo(READY);
    on(() -> assertThat(layer.acceptNotify(c)).as("a second time").isEqualTo(SessionError.CONFLICT.code()));
    assertThat(w.transport.calls("accepted")).isEqualTo(1);
  }

  @Test
  void created_that_is_deleted_was_never_there_for_the_application() {
    ScriptedConnection c = w.incoming(0);
    on(() -> {
      w.transport.deliver(c, new byte[10]);
      layer.closingNotify(c);
      layer.closedNotify(c);
      w.transport.deleted(c);
    });
    w.run();
    assertThat(w.application.logs()).isEmpty();
    w.end();
  }

  @Test
  void accept_of_a_listener_that_is_gone_is_refused() {
    ScriptedConnection c = w.incoming(0);
    long listener = w.transport.listener().session;
    w.simulation.await(() -> w.application.context().unlisten(listener));
    on(() -> assertThat(layer.acceptNotify(c)).isEqualTo(SessionError.NOLISTEN.code()));
    on(() -> w.transport.deleted(c));
    w.run();
    assertThat(w.application.logs()).isEmpty();
    w.end();
  }

  @Test
  void data_and_end_before_the_accept_come_in_order_after_it() {
    w.application.onEnd(s -> {});
    ScriptedConnection c = w.incoming(0);
    on(() -> {
      layer.acceptNotify(c);
      w.transport.deliver(c, new byte[10]);
      layer.closingNotify(c);
    });
    w.run();
    assertThat(events()).containsExactly("accepted", "readable", "disconnected");
    assertThat(w.lastLog().received()).hasSize(10);
  }

  @Test
  void everything_before_the_accept_comes_in_order_after_it() {
    w.application.onEnd(s -> {});
    ScriptedConnection c = w.incoming(0);
    on(() -> {
      layer.acceptNotify(c);
      w.transport.deliver(c, new byte[10]);
      layer.closingNotify(c);
      layer.resetNotify(c);
      layer.closedNotify(c);
    });
    w.run();
    assertThat(events()).startsWith("accepted", "readable").contains("transport closed");
    on(() -> w.transport.deleted(c));
    on(() -> w.lastLog().session().close());
    w.run();
    assertThat(events()).endsWith("transport closed", "cleanup TRANSPORT", "cleanup SESSION");
    w.end();
  }

  @Test
  void accepting_that_is_deleted_is_still_given_to_the_application_with_its_data_and_its_end() {
    w.application.onEnd(s -> {});
    ScriptedConnection c = w.incoming(0);
    on(() -> {
      layer.acceptNotify(c);
      w.transport.deliver(c, new byte[10]);
      w.transport.deleted(c);
    });
    assertThat(stateOf(c)).isEqualTo(TRANSPORT_DELETED);
    w.run();
    assertThat(events()).containsExactly("accepted", "readable", "disconnected", "cleanup TRANSPORT");
    assertThat(w.lastLog().received()).hasSize(10);
    assertThat(w.transport.calls("accepted")).as("there is nobody to be told").isZero();
    assertThat(w.counter("session.unexpected-delete")).isZero();
    on(() -> {
      assertThat(w.lastLog().session().write(new byte[1], 0, 1)).isEqualTo(SessionError.CLOSED.code());
      w.lastLog().session().close();
    });
    w.run();
    assertThat(events()).endsWith("cleanup TRANSPORT", "cleanup SESSION");
    w.end();
  }

  @Test
  void accepting_that_ended_and_is_deleted_tells_all_of_it_in_order() {
    ScriptedConnection c = w.incoming(0);
    on(() -> {
      layer.acceptNotify(c);
      w.transport.deliver(c, new byte[10]);
      layer.resetNotify(c);
      layer.closedNotify(c);
      w.transport.requestDelete(c);
    });
    assertThat(w.transport.calls("free")).as("the application has not seen its statistics").isZero();
    w.run();
    assertThat(events()).containsExactly(
        "accepted", "readable", "reset", "transport closed", "cleanup TRANSPORT", "cleanup SESSION");
    assertThat(w.lastLog().received()).hasSize(10);
    assertThat(w.transport.calls("free")).isEqualTo(1);
    assertThat(w.transport.calls("accepted")).isZero();
    w.end();
  }

  @Test
  void accepting_that_is_deleted_and_then_rejected_or_closed_in_the_callback_goes_at_once() {
    for (boolean rejects : new boolean[] {true, false}) {
      ScriptedWorld own = ScriptedWorld.stream();
      own.application.decide(rejects ? AcceptDecision.REJECT : AcceptDecision.ACCEPT)
          .onOpen(s -> assertThat(rejects ? SessionError.NONE : s.close()).isEqualTo(SessionError.NONE));
      ScriptedConnection c = own.incoming(0);
      own.on(c, () -> {
        own.host.sessions().acceptNotify(c);
        own.transport.requestDelete(c);
      });
      own.run();
      assertThat(own.lastLog().events()).isEqualTo(
          rejects ? List.of("accepted") : List.of("accepted", "cleanup TRANSPORT", "cleanup SESSION"));
      assertThat(own.transport.calls("free")).isEqualTo(1);
      assertThat(own.transport.calls("reset")).isZero();
      own.end();
    }
  }

  @Test
  void data_that_is_read_after_the_delete_is_not_told_to_the_transport() {
    w.application.onEnd(s -> {}).onReadable(s -> {});
    ScriptedConnection c = w.incoming(0);
    on(() -> {
      layer.acceptNotify(c);
      w.transport.deliver(c, new byte[10]);
      layer.wantRxSpace(c, layer.rxCapacity(c));
      w.transport.requestDelete(c);
      w.application.onReadable(w.application::readAll);
    });
    w.run();
    assertThat(w.lastLog().received()).hasSize(10);
    assertThat(w.transport.calls("applicationRead")).isZero();
  }

  @Test
  void rejected_session_resets_its_transport_and_goes_with_it() {
    w.application.decide(AcceptDecision.REJECT);
    ScriptedConnection c = w.accepted(0);
    assertThat(w.transport.calls("reset")).isEqualTo(1);
    assertThat(events()).containsExactly("accepted");
    on(() -> w.transport.deleted(c));
    w.end();
  }

  // ---- Ends that the transport begins.

  @Test
  void closing_is_told_once_and_a_reset_afterwards_not_at_all() {
    Session s = open();
    on(() -> {
      layer.closingNotify(last);
      layer.closingNotify(last);
      layer.resetNotify(last);
    });
    w.run();
    assertThat(s.state()).isEqualTo(TRANSPORT_CLOSING);
    assertThat(events()).containsExactly("connected", "disconnected");
  }

  @Test
  void reset_is_told_once_and_writing_ends() {
    Session s = open();
    on(() -> {
      layer.resetNotify(last);
      layer.closingNotify(last);
      assertThat(s.write(new byte[1], 0, 1)).isEqualTo(SessionError.CLOSED.code());
    });
    w.run();
    assertThat(events()).containsExactly("connected", "reset");
  }

  @Test
  void data_after_the_end_is_not_announced() {
    open();
    on(() -> {
      layer.closingNotify(last);
      w.transport.deliver(last, new byte[5]);
    });
    w.run();
    assertThat(events()).containsExactly("connected", "disconnected");
  }

  @Test
  void closed_without_closing_tells_both() {
    Session s = open();
    on(() -> {
      layer.closedNotify(last);
      layer.closedNotify(last);
      assertThat(s.write(new byte[1], 0, 1)).isEqualTo(SessionError.CLOSED.code());
    });
    w.run();
    assertThat(s.state()).isEqualTo(TRANSPORT_CLOSED);
    assertThat(events()).containsExactly("connected", "disconnected", "transport closed");
  }

  @Test
  void transport_closed_then_application_closes_then_deleted() {
    Session s = open();
    on(() -> layer.closedNotify(last));
    w.run();
    on(s::close);
    assertThat(s.state()).isEqualTo(CLOSED);
    w.run();
    assertThat(w.transport.calls("close")).as("nothing is left to be told").isZero();
    on(() -> w.transport.deleted(last));
    w.run();
    assertThat(events()).endsWith("transport closed", "cleanup TRANSPORT", "cleanup SESSION");
    w.end();
  }

  @Test
  void deleted_before_the_application_closes_waits_for_it() {
    Session s = open();
    on(() -> {
      layer.closingNotify(last);
      w.transport.deleted(last);
    });
    w.run();
    assertThat(s.state()).isEqualTo(TRANSPORT_DELETED);
    assertThat(events()).containsExactly("connected", "disconnected", "cleanup TRANSPORT");
    on(s::close);
    w.run();
    assertThat(events()).endsWith("cleanup SESSION");
    w.end();
  }

  @Test
  void deleting_an_open_connection_ends_the_session_by_force() {
    open();
    on(() -> w.transport.deleted(last));
    w.run();
    assertThat(events()).containsExactly("connected", "cleanup TRANSPORT", "cleanup SESSION");
    assertThat(w.counter("session.unexpected-delete")).isEqualTo(1);
    w.end();
  }

  @Test
  void statistics_are_there_until_the_application_saw_the_cleanup() {
    open();
    on(() -> {
      layer.closingNotify(last);
      w.transport.requestDelete(last);
      assertThat(w.transport.calls("free")).isZero();
      w.transport.requestDelete(last);
    });
    w.run();
    assertThat(w.transport.calls("free")).as("each request once").isEqualTo(2);
    assertThat(events()).endsWith("cleanup TRANSPORT");
  }

  @Test
  void delete_request_that_waits_is_not_cleaned_up_too() {
    open();
    on(() -> {
      layer.closingNotify(last);
      w.transport.requestDelete(last);
    });
    w.simulation.await(w.host::revoke);
    w.run();
    assertThat(w.transport.calls("free")).isEqualTo(1);
    assertThat(w.transport.calls("cleanup")).isZero();
  }

  // ---- Ends that the application begins.

  @Test
  void close_reaches_the_transport_by_a_control_event() {
    Session s = open();
    on(() -> {
      assertThat(s.close()).isEqualTo(SessionError.NONE);
      assertThat(s.state()).isEqualTo(CLOSING);
      assertThat(w.transport.calls("close")).as("never inline").isZero();
    });
    w.run();
    assertThat(s.state()).isEqualTo(APP_CLOSED);
    assertThat(w.transport.calls("close")).isEqualTo(1);
    on(() -> {
      layer.closedNotify(last);
      assertThat(s.state()).isEqualTo(CLOSED);
      w.transport.deleted(last);
    });
    w.run();
    assertThat(events()).containsExactly("connected", "transport closed", "cleanup TRANSPORT", "cleanup SESSION");
    w.end();
  }

  @Test
  void reset_after_close_still_reaches_the_transport_and_moves_nothing_back() {
    Session s = open();
    on(s::close);
    w.run();
    on(s::reset);
    w.run();
    assertThat(s.state()).isEqualTo(APP_CLOSED);
    assertThat(w.transport.calls("reset")).isEqualTo(1);
    assertThat(w.transport.calls("close")).isEqualTo(1);
  }

  @Test
  void half_close_leaves_the_state_and_is_told_once() {
    Session s = open();
    on(() -> {
      s.shutdown();
      s.shutdown();
    });
    w.run();
    assertThat(s.state()).isEqualTo(READY);
    assertThat(w.transport.calls("halfClose")).isEqualTo(1);
    on(s::close);
    w.run();
    assertThat(w.transport.calls("close")).isEqualTo(1);
  }

  @Test
  void handle_that_was_kept_is_stale_after_the_end() {
    Session s = open();
    long handle = s.handle();
    on(() -> w.transport.deleted(last));
    w.run();
    ScriptedConnection reused = connection();
    on(() -> assertThat(w.application.context().session(handle)).isNull());
    assertThat(w.simulation.await(() -> w.application.context().disconnect(handle)))
        .isEqualTo(SessionError.NOSESSION);
    assertThat(w.transport.connection(reused.handle())).isNotNull();
    assertThat(reused.session).isNotEqualTo(handle);
  }

  // ---- What is illegal.

  @Test
  void illegal_transition_is_refused_and_counted() {
    ScriptedConnection halfOpen = w.connect(1);
    on(() -> {
      w.transport.refuse(halfOpen, SessionError.REFUSED);
      assertThat(w.transport.refuse(halfOpen, SessionError.REFUSED)).isEqualTo(SessionError.CANCELLED.code());
      w.transport.delete(halfOpen);
    });
    w.run();
    assertThat(w.counter("session.illegal-transition")).as("nothing illegal by correct use").isZero();
    ScriptedConnection listener = listenerHeader();
    on(() -> layer.closedNotify(listener));
    assertThat(w.counter("session.illegal-transition")).isPositive();
    assertThat(stateOf(listener)).isEqualTo(SessionState.LISTENING);
  }

  private ScriptedConnection listenerHeader() {
    w.incoming(0);
    ScriptedConnection header = w.transport.listener();
    header.sessionHandle(header.session);
    return header;
  }

  @Test
  void transport_that_throws_in_any_end_loses_that_session_only() {
    w.simulation.runtime().tolerateFaults();
    for (String function : List.of("close", "reset", "halfClose", "accepted", "applicationRead", "flush")) {
      ScriptedWorld own = new ScriptedWorld(3, 0, TxMode.DEQUEUE);
      own.simulation.runtime().tolerateFaults();
      ScriptedConnection other = own.accepted(0);
      own.transport.throwIn(function);
      ScriptedConnection c = own.accepted(0);
      own.on(c, () -> {
        if (c.sessionHandle() >= 0) {
          provoke(own, c, function);
        }
      });
      own.run();
      assertThat(own.transport.calls(function)).as(function).isPositive();
      assertThat(own.host.scope().faults().count()).as(function).isEqualTo(1);
      assertThat(own.transport.connection(c.handle())).as(function).isNull();
      assertThat(own.session(other).state()).as(function).isEqualTo(READY);
      own.transport.behaveIn(function);
      own.on(other, () -> own.transport.deleted(other));
      own.end();
    }
  }

  private static void provoke(ScriptedWorld own, ScriptedConnection c, String function) {
    Session s = own.session(c);
    switch (function) {
      case "close" -> s.close();
      case "reset" -> s.reset();
      case "halfClose" -> s.shutdown();
      case "flush" -> {
        s.write(new byte[1], 0, 1);
        s.flush();
      }
      default -> own.host.sessions().wantRxSpace(c, 1);
    }
  }
}
