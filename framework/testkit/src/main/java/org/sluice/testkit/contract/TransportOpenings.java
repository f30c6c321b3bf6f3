package org.sluice.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.ServiceType;

/** How a virtual circuit transport listens, connects and carries data. */
abstract class TransportOpenings extends TransportSubject {
  static final int LARGE = 200_000;

  // ---- Registration and listening.

  @Test
  void descriptor_says_virtual_circuit_and_stays_the_same() {
    everywhere(w -> {
      assertThat(w.subject.descriptor().service()).isEqualTo(ServiceType.VIRTUAL_CIRCUIT);
      assertThat(w.subject.descriptor()).isEqualTo(w.subject.descriptor());
    });
  }

  @Test
  void name_is_taken_once_registered() {
    everywhere(w -> assertThatThrownBy(
        () -> w.simulation.await(() -> w.host.scope().registerTransport(subject(w.host))))
        .hasRootCauseInstanceOf(IllegalArgumentException.class));
  }

  @Test
  void revoked_plugin_leaves_nothing_and_can_register_again() {
    everywhere(w -> {
      w.ready().established();
      w.restart();
      w.listen(w.server, port());
      w.connect(2);
      w.settle();
      assertThat(w.client.connects()).contains("connected 2");
    });
  }

  @Test
  void connect_without_listener_fails_once_with_its_opaque() {
    everywhere(w -> {
      w.ready();
      w.connect(port() + 1, 77);
      w.settle();
      assertThat(w.client.connects()).filteredOn(c -> c.startsWith("failed") && c.endsWith(" 77")).hasSize(1);
      assertThat(w.client.connects()).noneMatch(c -> c.startsWith("connected"));
      assertThat(w.client.logs()).isEmpty();
    });
  }

  @Test
  void unlisten_ends_listening_and_keeps_sessions() {
    everywhere(w -> {
      w.server.echo();
      w.ready().established();
      w.unlisten();
      w.connect(2);
      w.on(w.client, w.pump(100, s -> {}));
      w.settle();
      assertThat(w.client.connects()).anyMatch(c -> c.startsWith("failed") && c.endsWith(" 2"));
      assertThat(w.client.log().received()).hasSize(100);
    });
  }

  @Test
  void two_listeners_are_told_apart() {
    everywhere(w -> {
      w.ready();
      RecordingApplication other = w.attach(new RecordingApplication(), "other", 16 << 10);
      w.listen(other, port() + 1);
      w.connect(port() + 1, 5);
      w.settle();
      assertThat(other.logs()).hasSize(1);
      assertThat(w.server.logs()).isEmpty();
    });
  }

  // ---- Connecting.

  @Test
  void connect_is_accepted_and_both_sides_agree_on_the_flow() {
    everywhere(w -> {
      w.ready().established();
      Session accepted = w.server.log().session();
      Session connected = w.client.log().session();
      assertThat(accepted.state()).isEqualTo(SessionState.READY);
      assertThat(connected.state()).isEqualTo(SessionState.READY);
      assertThat(connected.opaque()).isEqualTo(1);
      assertThat(connected.remoteEndpoint().port()).isEqualTo(port());
      assertThat(accepted.localEndpoint().port()).isEqualTo(port());
      assertThat(accepted.remoteEndpoint().port()).isEqualTo(connected.localEndpoint().port());
      assertThat(connected.transport()).isEqualTo(w.subject.descriptor().name());
    });
  }

  @Test
  void many_connects_at_once_are_all_answered() {
    everywhere(w -> {
      w.ready();
      for (int i = 1; i <= 40; i++) {
        w.connect(i);
      }
      w.settle();
      assertThat(w.client.connects()).filteredOn(c -> c.startsWith("connected ")).hasSize(40).doesNotHaveDuplicates();
      assertThat(w.server.logs()).hasSize(40);
    });
  }

  @Test
  void rejecting_server_leaves_the_client_without_session() {
    everywhere(w -> {
      w.server.decide(AcceptDecision.REJECT);
      w.ready();
      w.connect(1);
      w.settle();
      assertClientTurnedAway(w);
    });
  }

  @Test
  void throwing_accept_rejects() {
    everywhere(w -> {
      w.simulation.runtime().tolerateFaults();
      w.server.throwIn("onAccept");
      w.ready();
      w.connect(1);
      w.settle();
      assertClientTurnedAway(w);
      assertThat(w.applications.faults().count()).isEqualTo(1);
    });
  }

  /** Whether the handshake waits for the application is the transport's choice. */
  static void assertClientTurnedAway(TransportWorld w) {
    if (w.client.logs().isEmpty()) {
      assertThat(w.client.connects()).anyMatch(c -> c.startsWith("failed"));
    } else {
      assertThat(w.client.log().events()).containsAnyOf("reset", "disconnected");
      assertThat(w.client.log().isOver()).isTrue();
    }
  }

  @Test
  void cancelled_connect_calls_nobody() {
    everywhere(w -> {
      w.ready();
      w.connect(1);
      long[] waiting = w.simulation.await(() -> w.client.context().halfOpens());
      for (long halfOpen : waiting) {
        SessionError error = w.simulation.await(() -> w.client.context().cancelConnect(halfOpen));
        w.settle();
        if (error == SessionError.NONE) {
          assertThat(w.client.connects()).isEmpty();
          assertThat(w.client.logs()).isEmpty();
        }
      }
    });
  }

  @Test
  void client_that_detaches_while_connecting_is_never_called() {
    everywhere(w -> {
      w.ready();
      for (int i = 0; i < 10; i++) {
        w.connect(i);
      }
      for (long steps = w.seed; steps > 0; steps--) {
        w.simulation.runtime().step();
      }
      w.detach(w.client);
      int told = w.client.connects().size();
      w.settle();
      assertThat(w.client.connects()).hasSize(told);
      assertThat(w.client.detaches()).isEqualTo(1);
    });
  }

  @Test
  void server_that_detaches_while_a_client_connects_turns_it_away() {
    everywhere(w -> {
      w.ready();
      w.connect(1);
      for (long steps = w.seed; steps > 0; steps--) {
        w.simulation.runtime().step();
      }
      w.detach(w.server);
      w.settle();
      assertClientTurnedAway(w);
    });
  }

  // ---- Data.

  @Test
  void echo_comes_back() {
    everywhere(w -> {
      w.server.echo();
      w.ready().established();
      w.on(w.client, s -> s.write("hello".getBytes(StandardCharsets.UTF_8), 0, 5));
      w.settle();
      assertThat(w.client.log().received()).asString().isEqualTo("hello");
    });
  }

  @Test
  void large_echo_through_small_fifos_arrives_whole() {
    everywhere(w -> {
      w.server.echo();
      DataPump pump = w.pump(LARGE, s -> {});
      w.client.onOpen(pump).onWritable(pump);
      w.ready(4 << 10).established();
      w.settle();
      assertThat(w.client.log().received()).isEqualTo(pump.data());
    });
  }

  @Test
  void both_directions_at_once_do_not_disturb_each_other() {
    everywhere(w -> {
      DataPump up = w.pump(LARGE, s -> {});
      DataPump down = w.pump(LARGE + 1, s -> {});
      w.client.onOpen(up).onWritable(up);
      w.server.onOpen(down).onWritable(down);
      w.ready(8 << 10).established();
      w.settle();
      assertThat(w.server.log().received()).isEqualTo(up.data());
      assertThat(w.client.log().received()).isEqualTo(down.data());
    });
  }

  @Test
  void reader_that_pauses_stops_the_writer_and_loses_nothing() {
    everywhere(w -> {
      DataPump pump = w.pump(LARGE, s -> {});
      w.client.onOpen(pump).onWritable(pump);
      w.server.onReadable(s -> {});
      w.ready(4 << 10).established();
      w.settle();
      assertThat(pump.position()).isLessThan(LARGE);
      w.server.onReadable(w.server::readAll);
      w.on(w.server, w.server::readAll);
      w.settle();
      assertThat(w.server.log().received()).isEqualTo(pump.data());
    });
  }

  @Test
  void what_the_server_writes_while_it_accepts_arrives() {
    everywhere(w -> {
      DataPump pump = w.pump(3000, s -> {});
      w.server.onOpen(pump).onWritable(pump);
      w.ready().established();
      w.settle();
      assertThat(w.client.log().received()).isEqualTo(pump.data());
    });
  }

  @Test
  void what_was_written_before_close_arrives_before_the_end() {
    everywhere(w -> {
      DataPump pump = w.pump(LARGE, Session::close);
      w.client.onOpen(pump).onWritable(pump);
      w.ready(4 << 10).established();
      w.settle();
      assertThat(w.server.log().received()).isEqualTo(pump.data());
      assertThat(w.server.log().events()).contains("disconnected").doesNotContain("reset");
      assertThat(w.server.log().isOver()).isTrue();
      assertThat(w.client.log().isOver()).isTrue();
    });
  }

  @Test
  void what_was_written_before_the_writer_detached_arrives() {
    everywhere(w -> {
      DataPump pump = w.pump(3000, s -> {});
      w.client.onOpen(pump);
      w.ready().established();
      w.detach(w.client);
      w.settle();
      assertThat(w.server.log().received()).isEqualTo(pump.data());
      assertThat(w.server.log().isOver()).isTrue();
    });
  }
}
