package org.sluice.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionState;

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
 * <p>Each behaviour is run in virtual time on one worker and on three, with several seeds that decide the order of
 * turns. A failure names both. At the end of each run nothing may be left: no session, half-open, connection,
 * segment or local endpoint; each connection was let go of exactly once; every call came on the worker it belongs to;
 * the callbacks of each session came in their order.
 */
public abstract class TransportContract extends TransportOpenings {
  /** For subclasses. */
  protected TransportContract() {}

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
  void a_server_may_say_all_and_half_close_while_it_accepts() {
    everywhere(w -> {
      DataPump greeting = w.pump(3_000, Session::shutdown);
      w.server.onOpen(greeting).onWritable(greeting);
      w.client.onEnd(Session::close);
      w.ready(4 << 10).established();
      w.settle();
      assertThat(w.client.log().received()).isEqualTo(greeting.data());
      assertThat(w.client.log().events()).contains("disconnected");
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
  void session_layer_that_is_turned_off_ends_everything_and_comes_back() {
    everywhere(w -> {
      w.server.echo();
      DataPump pump = w.pump(LARGE, s -> {});
      w.client.onOpen(pump).onWritable(pump);
      w.ready(4 << 10);
      w.connect(1);
      w.connect(2);
      for (int i = 0; i < 40 * (w.seed - 1); i++) {
        w.simulation.runtime().step();
      }
      w.turnOffAndOn();
      w.client.onOpen(s -> {}).onWritable(s -> {});
      w.ready();
      w.connect(3);
      w.settle();
      assertThat(w.client.connects()).contains("connected 3");
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
