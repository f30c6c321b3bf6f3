package org.sluice.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sluice.spi.application.ListenOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointFlag;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TxMode;

/**
 * What every connectionless transport must do. An author extends it and says how the transport is made, as with {@link
 * TransportContract}; {@link #maxWriteBytes} is the longest datagram. Each behaviour is run in virtual time on one
 * worker and on three, with several seeds, and leaves nothing behind.
 */
public abstract class DatagramContract extends TransportSubject {
  private static final int PEERS = 20;

  /** For subclasses. */
  protected DatagramContract() {}

  @Override
  protected int maxWriteBytes() {
    return 1000;
  }

  // ---- Listening.

  @Test
  void descriptor_says_connectionless_and_datagrams() {
    everywhere(w -> {
      assertThat(w.subject.descriptor().service()).isEqualTo(ServiceType.CONNECTIONLESS);
      assertThat(w.subject.descriptor().txMode()).isEqualTo(TxMode.DATAGRAM);
      assertThat(w.subject.descriptor()).isEqualTo(w.subject.descriptor());
    });
  }

  @Test
  void listener_has_one_open_session_on_each_data_worker() {
    everywhere(w -> {
      w.ready();
      w.settle();
      int dataWorkers = Math.max(1, w.simulation.stack().workers().count() - 1);
      assertThat(w.server.logs()).hasSize(dataWorkers).allSatisfy(log -> {
        assertThat(log.events()).containsExactly("listening");
        assertThat(log.session().state()).isEqualTo(SessionState.OPENED);
        assertThat(log.session().localEndpoint().port()).isEqualTo(port());
      });
      RecordingApplication.Log any = w.server.logs().getFirst();
      w.act(any, s -> {
        assertThat(s.close()).isEqualTo(SessionError.NOSUPPORT);
        assertThat(s.write(new byte[1], 0, 1)).isEqualTo(SessionError.INVALID_RMT_IP.code());
      });
      assertThat(any.session().state()).isEqualTo(SessionState.OPENED);
    });
  }

  @Test
  void unlisten_ends_the_sessions_of_the_listener() {
    everywhere(w -> {
      w.ready().established();
      w.unlisten();
      w.settle();
      assertThat(w.server.logs()).allSatisfy(log -> assertThat(log.isOver()).as(log.events().toString()).isTrue());
      w.on(w.client, s -> s.write(new byte[10], 0, 10));
      w.settle();
      assertThat(w.client.log().session().state()).isEqualTo(SessionState.OPENED);
    });
  }

  @Test
  void listening_again_serves_again() {
    everywhere(w -> {
      w.ready().established();
      w.unlisten();
      w.listen(w.server, port());
      DatagramInbox inbox = new DatagramInbox(maxWriteBytes());
      w.server.onReadable(inbox);
      w.on(w.client, s -> s.write(new byte[10], 0, 10));
      w.settle();
      assertThat(inbox.all()).hasSize(1);
    });
  }

  @Test
  void connected_listener_accepts_a_session_for_each_peer() {
    everywhere(w -> {
      w.ready();
      RecordingApplication other = w.attach(new RecordingApplication(), "other", 16 << 10);
      ListenOptions plain = ListenOptions.of(w.uri(port() + 1));
      ListenOptions connected =
          new ListenOptions(plain.protocol(), plain.local(), Set.of(EndpointFlag.CONNECTED), List.of());
      w.simulation.await(() -> other.context().listen(connected));
      for (int i = 0; i < 3; i++) {
        w.connect(port() + 1, i);
      }
      w.settle();
      for (RecordingApplication.Log log : w.client.logs()) {
        for (int i = 0; i < 2; i++) {
          w.act(log, s -> s.write(new byte[100], 0, 100));
          w.settle();
        }
      }
      assertThat(other.logs()).hasSize(3).allSatisfy(log -> {
        assertThat(log.events()).startsWith("accepted", "readable");
        assertThat(log.received()).hasSize(200);
      });
      assertThat(w.server.logs()).allSatisfy(log -> assertThat(log.events()).containsExactly("listening"));
    });
  }

  // ---- Data.

  @Test
  void connect_is_usable_at_once() {
    everywhere(w -> {
      w.ready().established();
      assertThat(w.client.log().session().state()).isEqualTo(SessionState.OPENED);
      assertThat(w.client.log().session().remoteEndpoint().port()).isEqualTo(port());
    });
  }

  @Test
  void datagrams_arrive_whole_and_with_the_address_of_their_sender() {
    everywhere(w -> {
      DatagramInbox inbox = new DatagramInbox(maxWriteBytes());
      w.server.onReadable(inbox);
      w.ready().established();
      int[] sizes = {1, 100, maxWriteBytes(), 7};
      w.on(w.client, s -> {
        for (int size : sizes) {
          byte[] data = new byte[size];
          Arrays.fill(data, (byte) size);
          assertThat(s.write(data, 0, size)).isEqualTo(size);
        }
      });
      w.settle();
      Endpoint sender = w.client.log().session().localEndpoint();
      assertThat(inbox.all()).extracting(d -> d.data().length).containsExactly(1, 100, maxWriteBytes(), 7);
      assertThat(inbox.all()).allSatisfy(d -> {
        assertThat(d.remote().port()).as("the peer's port").isEqualTo(sender.port());
        assertThat(d.remote().address()).as("the peer's address").isEqualTo(sender.address());
        assertThat(d.local().port()).as("the own port").isEqualTo(port());
        for (byte b : d.data()) {
          assertThat(b).isEqualTo((byte) d.data().length);
        }
      });
    });
  }

  @Test
  void answers_go_to_the_peer_that_asked() {
    everywhere(w -> {
      w.server.onReadable(new DatagramInbox(maxWriteBytes()).answering());
      w.ready();
      for (int i = 1; i <= 5; i++) {
        w.connect(i);
      }
      w.settle();
      for (RecordingApplication.Log log : w.client.logs()) {
        int own = (int) log.session().opaque();
        for (int i = 0; i < 3; i++) {
          w.act(log, s -> s.write(new byte[] {(byte) own}, 0, 1));
        }
      }
      w.settle();
      assertThat(w.client.logs()).hasSize(5).allSatisfy(log -> {
        byte own = (byte) log.session().opaque();
        assertThat(log.received()).containsExactly(own, own, own);
      });
    });
  }

  @Test
  void echo_by_moving_answers_too() {
    everywhere(w -> {
      w.server.echo();
      w.ready().established();
      w.on(w.client, s -> s.write(new byte[300], 0, 300));
      w.on(w.client, s -> s.write(new byte[50], 0, 50));
      w.settle();
      assertThat(w.client.log().received()).hasSize(350);
    });
  }

  @Test
  void same_flow_is_served_by_the_same_session_and_flows_are_spread() {
    everywhere(w -> {
      DatagramInbox inbox = new DatagramInbox(maxWriteBytes());
      w.server.onReadable(inbox);
      w.ready();
      for (int i = 0; i < PEERS; i++) {
        w.connect(i);
      }
      w.settle();
      for (int round = 0; round < 3; round++) {
        w.client.logs().forEach(log -> w.act(log, s -> s.write(new byte[10], 0, 10)));
        w.settle();
      }
      Map<Integer, Set<Long>> byPeer = new HashMap<>();
      Set<Long> used = new HashSet<>();
      for (DatagramInbox.Datagram d : inbox.all()) {
        byPeer.computeIfAbsent(d.remote().port(), port -> new HashSet<>()).add(d.session());
        used.add(d.session());
      }
      assertThat(inbox.all()).hasSize(3 * PEERS);
      assertThat(byPeer).hasSize(PEERS).allSatisfy((peer, served) ->
          assertThat(served).as("sessions that served peer %d", peer).hasSize(1));
      assertThat(used).as("sessions that served somebody").hasSize(w.server.logs().size());
    });
  }

  @Test
  void full_fifo_drops_whole_datagrams_and_counts_them() {
    everywhere(w -> {
      List<Session> reading = new ArrayList<>();
      w.server.onReadable(reading::add);
      w.ready(4 << 10).established();
      int sent = 40;
      int size = Math.min(500, maxWriteBytes());
      for (int i = 0; i < sent; i++) {
        byte[] data = new byte[size];
        Arrays.fill(data, (byte) i);
        w.on(w.client, s -> assertThat(s.write(data, 0, size)).isEqualTo(size));
        w.settle();
      }
      DatagramInbox inbox = new DatagramInbox(maxWriteBytes());
      w.server.logs().forEach(log -> w.act(log, inbox));
      assertThat(inbox.all()).isNotEmpty().allSatisfy(d -> {
        assertThat(d.data()).hasSize(size);
        assertThat(d.data()).containsOnly(d.data()[0]);
      });
      assertThat(inbox.all().size() + w.counter("session.datagram-no-room")).isEqualTo(sent);
      assertThat(inbox.all().size()).isLessThan(sent);
    });
  }

  // ---- Ends.

  @Test
  void close_sends_what_was_written_first() {
    everywhere(w -> {
      DatagramInbox inbox = new DatagramInbox(maxWriteBytes());
      w.server.onReadable(inbox);
      w.ready().established();
      w.on(w.client, s -> {
        for (int i = 0; i < 10; i++) {
          s.write(new byte[100], 0, 100);
        }
        s.close();
      });
      w.settle();
      assertThat(inbox.all()).hasSize(10);
      assertThat(w.client.log().isOver()).isTrue();
    });
  }

  @Test
  void detach_of_either_application_leaves_the_other_alone() {
    everywhere(w -> {
      w.server.onReadable(new DatagramInbox(maxWriteBytes()).answering());
      w.ready().established();
      w.on(w.client, s -> s.write(new byte[100], 0, 100));
      boolean serverGoes = w.seed % 2 == 0;
      w.detach(serverGoes ? w.server : w.client);
      w.settle();
      RecordingApplication stays = serverGoes ? w.client : w.server;
      assertThat(stays.logs()).allSatisfy(log ->
          assertThat(log.session().state()).isEqualTo(SessionState.OPENED));
    });
  }

  @Test
  void callback_that_throws_does_not_end_the_listener() {
    everywhere(w -> {
      w.simulation.runtime().tolerateFaults();
      DatagramInbox inbox = new DatagramInbox(maxWriteBytes());
      w.server.onReadable(s -> {
        inbox.accept(s);
        throw new IllegalStateException("as told");
      });
      w.ready().established();
      for (int i = 0; i < 2; i++) {
        w.on(w.client, s -> s.write(new byte[10], 0, 10));
        w.settle();
      }
      assertThat(inbox.all()).hasSize(2);
      assertThat(w.applications.faults().count()).isEqualTo(2);
    });
  }

  @Test
  void revoked_plugin_leaves_nothing_and_can_register_again() {
    everywhere(w -> {
      w.ready().established();
      w.restart();
      assertThat(w.server.logs()).allSatisfy(log -> assertThat(log.isOver()).as(log.events().toString()).isTrue());
      assertThatThrownBy(() -> w.simulation.await(() -> w.host.scope().registerTransport(subject(w.host))))
          .hasRootCauseInstanceOf(IllegalArgumentException.class);
      w.listen(w.server, port());
      w.connect(2);
      w.settle();
      assertThat(w.client.connects()).contains("connected 2");
    });
  }
}
