package org.sluice.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportVft;

/**
 * What every virtual circuit transport must do. An author extends it and says how the transport is made:
 *
 * <pre>{@code
 * class MyTransportTest extends TransportContract {
 *   @Override
 *   protected TransportVft subject(HostServices host) {
 *     return new MyTransport(host);
 *   }
 * }
 * }</pre>
 *
 * <p>Each behaviour is run in virtual time on one worker and on three, with several seeds that decide in which order
 * the workers take their turns. A failure names both. At the end of each run nothing may be left: no session,
 * half-open, connection, segment or local endpoint; each connection was let go of exactly once; every call came on
 * the worker it belongs to; the callbacks of each session came in their order.
 */
public abstract class TransportContract {
  private static final int[] DATA_WORKERS = {0, 2};
  private static final int LARGE = 200_000;

  /** For subclasses. */
  protected TransportContract() {}

  // ---- What the author says.

  /**
   * Makes the transport.
   *
   * @param host what its plugin is given
   * @return a new transport, not registered yet
   */
  protected abstract TransportVft subject(HostServices host);

  /**
   * The keys of the plugin's {@code reference.conf} with values.
   *
   * @return by dotted path; empty by default
   */
  protected Map<String, Object> configuration() {
    return Map.of();
  }

  /**
   * The address to listen on and connect to.
   *
   * @return an IP literal of the stack's own
   */
  protected String address() {
    return "127.0.0.1";
  }

  /**
   * The port to listen on.
   *
   * @return a port; the one after it is free too
   */
  protected int port() {
    return 7000;
  }

  /**
   * The longest write: for transports of messages, the longest message.
   *
   * @return bytes
   */
  protected int maxWriteBytes() {
    return 5000;
  }

  /**
   * How long the transport may take to do what it was asked: for retransmissions and last goodbyes.
   *
   * @return virtual time
   */
  protected Duration settleTime() {
    return Duration.ofSeconds(5);
  }

  /**
   * How many orders of turns are tried.
   *
   * @return seeds for each behaviour and number of workers
   */
  protected int seeds() {
    return 3;
  }

  private void everywhere(Consumer<TransportWorld> behaviour) {
    for (int dataWorkers : DATA_WORKERS) {
      for (long seed = 1; seed <= seeds(); seed++) {
        try {
          TransportWorld world = new TransportWorld(this, seed, dataWorkers);
          behaviour.accept(world);
          world.end();
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError(
              "with " + (1 + dataWorkers) + " workers and seed " + seed + ": " + e.getMessage(), e);
        }
      }
    }
  }

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
  private static void assertClientTurnedAway(TransportWorld w) {
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

  // ---- Ends.

  @Test
  void half_close_ends_one_direction_only() {
    everywhere(w -> {
      DataPump up = w.pump(20_000, Session::shutdown);
      DataPump down = w.pump(30_000, Session::close);
      w.client.onOpen(up).onWritable(up);
      w.server.onEnd(down).onWritable(down);
      w.ready(4 << 10).established();
      w.settle();
      assertThat(w.server.log().received()).isEqualTo(up.data());
      assertThat(w.client.log().received()).isEqualTo(down.data());
      assertThat(w.server.log().events()).contains("disconnected");
      assertThat(w.client.log().events()).contains("disconnected");
      assertThat(w.client.log().isOver()).isTrue();
    });
  }

  @Test
  void half_close_of_the_server_ends_one_direction_only() {
    everywhere(w -> {
      DataPump up = w.pump(20_000, Session::close);
      w.client.onEnd(up).onWritable(up);
      w.ready(4 << 10).established();
      w.on(w.server, Session::shutdown);
      w.settle();
      assertThat(w.server.log().received()).isEqualTo(up.data());
      assertThat(w.server.log().isOver()).isTrue();
    });
  }

  @Test
  void writing_after_half_close_is_refused() {
    everywhere(w -> {
      w.ready().established();
      w.on(w.client, s -> {
        assertThat(s.shutdown()).isEqualTo(SessionError.NONE);
        assertThat(s.shutdown()).isEqualTo(SessionError.NONE);
        assertThat(s.write(new byte[1], 0, 1)).isEqualTo(SessionError.CLOSED.code());
      });
    });
  }

  @Test
  void close_of_the_client_ends_both_sessions() {
    everywhere(w -> {
      w.ready().established();
      w.on(w.client, Session::close);
      w.settle();
      assertBothOver(w, "disconnected", w.server);
    });
  }

  @Test
  void close_of_the_server_ends_both_sessions() {
    everywhere(w -> {
      w.ready().established();
      w.on(w.server, Session::close);
      w.settle();
      assertBothOver(w, "disconnected", w.client);
    });
  }

  @Test
  void reset_of_the_client_is_seen_as_a_reset() {
    everywhere(w -> {
      w.ready().established();
      w.on(w.client, Session::reset);
      w.settle();
      assertBothOver(w, "reset", w.server);
    });
  }

  @Test
  void reset_of_the_server_is_seen_as_a_reset() {
    everywhere(w -> {
      w.ready().established();
      w.on(w.server, Session::reset);
      w.settle();
      assertBothOver(w, "reset", w.client);
    });
  }

  private static void assertBothOver(TransportWorld w, String how, RecordingApplication told) {
    assertThat(told.log().events()).contains(how);
    assertThat(w.client.log().isOver()).isTrue();
    assertThat(w.server.log().isOver()).isTrue();
  }

  @Test
  void close_of_both_at_once_ends_both() {
    everywhere(w -> {
      w.ready().established();
      w.on(w.server, Session::close);
      w.on(w.client, Session::close);
      w.settle();
      assertThat(w.client.log().isOver()).isTrue();
      assertThat(w.server.log().isOver()).isTrue();
    });
  }

  @Test
  void close_with_unread_data_ends_both() {
    everywhere(w -> {
      DataPump pump = w.pump(LARGE, s -> {});
      w.client.onOpen(pump).onWritable(pump);
      w.server.onReadable(s -> {});
      w.ready(4 << 10).established();
      w.on(w.server, Session::close);
      w.settle();
      assertThat(w.client.log().events()).containsAnyOf("reset", "disconnected");
      assertThat(w.client.log().isOver()).isTrue();
      assertThat(w.server.log().isOver()).isTrue();
    });
  }

  @Test
  void closing_twice_or_resetting_afterwards_does_no_harm() {
    everywhere(w -> {
      w.ready().established();
      w.on(w.client, s -> {
        assertThat(s.close()).isEqualTo(SessionError.NONE);
        assertThat(s.close()).isEqualTo(SessionError.NONE);
        assertThat(s.shutdown()).isEqualTo(SessionError.NONE);
      });
      w.simulation.runtime().step();
      w.on(w.client, s -> assertThat(s.reset()).isEqualTo(SessionError.NONE));
      w.settle();
      assertThat(w.client.log().isOver()).isTrue();
      assertThat(w.server.log().isOver()).isTrue();
    });
  }

  @Test
  void application_that_closes_late_keeps_only_its_own_session() {
    everywhere(w -> {
      w.server.onEnd(s -> {});
      w.ready().established();
      w.on(w.client, Session::close);
      w.settle();
      assertThat(w.server.log().isOver()).isFalse();
      w.on(w.server, Session::close);
      w.settle();
      assertThat(w.server.log().isOver()).isTrue();
      assertThat(w.client.log().isOver()).isTrue();
    });
  }

  // ---- Applications and plugins that go.

  @Test
  void detach_of_either_application_ends_the_session_of_the_other() {
    everywhere(w -> {
      w.ready().established();
      boolean serverGoes = w.seed % 2 == 0;
      w.detach(serverGoes ? w.server : w.client);
      w.settle();
      RecordingApplication stays = serverGoes ? w.client : w.server;
      assertThat(stays.log().events()).containsAnyOf("reset", "disconnected");
      assertThat(stays.log().isOver()).isTrue();
    });
  }

  @Test
  void detach_while_data_flows_leaves_nothing() {
    everywhere(w -> {
      w.server.echo();
      DataPump pump = w.pump(LARGE, s -> {});
      w.client.onOpen(pump).onWritable(pump);
      w.ready(4 << 10);
      w.connect(1);
      for (int i = 0; i < 40 * w.seed; i++) {
        w.simulation.runtime().step();
      }
      w.detach(w.seed % 2 == 0 ? w.server : w.client);
      w.settle();
    });
  }

  @Test
  void detach_after_the_peer_has_closed_leaves_nothing() {
    everywhere(w -> {
      w.server.onEnd(s -> {});
      w.ready().established();
      w.on(w.client, Session::close);
      w.settle();
      w.detach(w.server);
      w.settle();
      assertThat(w.client.log().isOver()).isTrue();
    });
  }

  @Test
  void detach_while_closing_leaves_nothing() {
    everywhere(w -> {
      w.ready().established();
      w.on(w.client, Session::close);
      w.simulation.runtime().step();
      w.detach(w.client);
      w.settle();
      assertThat(w.server.log().isOver()).isTrue();
    });
  }

  @Test
  void callback_that_throws_ends_its_own_session_only() {
    everywhere(w -> {
      w.simulation.runtime().tolerateFaults();
      w.server.onReadable(s -> {
        throw new IllegalStateException("as told");
      });
      w.ready();
      w.connect(1);
      w.connect(2);
      w.settle();
      List<RecordingApplication.Log> logs = w.client.logs();
      w.act(logs.getFirst(), s -> s.write(new byte[10], 0, 10));
      w.settle();
      assertThat(logs.getFirst().isOver()).isTrue();
      assertThat(logs.getLast().session().state()).isEqualTo(SessionState.READY);
      assertThat(w.applications.faults().count()).isEqualTo(1);
    });
  }

  @Test
  void revoked_plugin_with_live_sessions_ends_them() {
    everywhere(w -> {
      w.ready();
      for (int i = 0; i < 5; i++) {
        w.connect(i);
      }
      w.settle();
      w.simulation.await(w.host::revoke);
      w.settle();
      w.client.logs().forEach(log -> assertThat(log.isOver()).as(log.events().toString()).isTrue());
      w.server.logs().forEach(log -> assertThat(log.isOver()).as(log.events().toString()).isTrue());
    });
  }

  @Test
  void random_use_leaves_nothing() {
    everywhere(w -> {
      SplittableRandom random = w.random();
      w.server.echo();
      w.client.onOpen(s -> s.write(new byte[100], 0, 100));
      w.ready(4 << 10);
      for (int i = 0; i < 300; i++) {
        if (random.nextInt(4) == 0) {
          w.connect(i);
        }
        for (int steps = random.nextInt(20); steps > 0; steps--) {
          w.simulation.runtime().step();
        }
        List<RecordingApplication.Log> logs = random.nextBoolean() ? w.client.logs() : w.server.logs();
        if (!logs.isEmpty()) {
          int what = random.nextInt(5);
          w.act(logs.get(random.nextInt(logs.size())), s -> randomAct(s, what));
        }
      }
      w.settle();
    });
  }

  private static void randomAct(Session session, int what) {
    switch (what) {
      case 0 -> session.write(new byte[700], 0, 700);
      case 1 -> session.shutdown();
      case 2 -> session.close();
      case 3 -> session.reset();
      default -> session.flush();
    }
  }
}
