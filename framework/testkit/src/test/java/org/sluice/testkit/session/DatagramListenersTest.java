package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.StackLimits;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.network.NetInterface;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ListenOptions;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.DatagramAddress;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointFlag;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.transport.ScriptedConnection;
import org.sluice.testkit.transport.ScriptedTransport;

/** The sessions that connectionless listeners have on each data worker. */
@Timeout(60)
class DatagramListenersTest {
  private final DatagramWorld w = new DatagramWorld(new Simulation(1, 2));

  @Test
  void S29_peers_are_spread_over_workers_and_each_flow_stays_with_its_own() {
    w.listen(w.server.context(), DatagramWorld.URI);
    Set<Integer> used = new HashSet<>();
    for (int port = 1; port <= 32; port++) {
      long first = w.find(1, port);
      used.add(Handle.worker(first));
      assertThat(w.find(2, port)).as("another worker finds the same").isEqualTo(first);
      assertThat(w.find(0, port)).isEqualTo(first);
      int elsewhere = 3 - Handle.worker(first);
      assertThat(w.simulation.get(elsewhere, () -> w.host.sessions().connection(first) == null))
          .as("the wrong worker gets no connection").isTrue();
      assertThat(w.simulation.get(Handle.worker(first), () -> w.host.sessions().connection(first) != null)).isTrue();
    }
    assertThat(used).containsExactlyInAnyOrder(1, 2);
    w.end();
  }

  @Test
  void S29_application_workers_share_the_flows_and_one_that_leaves_takes_its_sessions() {
    w.listen(w.server.context(), DatagramWorld.URI);
    RecordingApplication second = new RecordingApplication();
    ApplicationContext added = w.simulation.await(() -> w.server.context().addWorker(second));
    long listener = w.listen(added, DatagramWorld.URI);
    assertThat(second.logs()).hasSize(2);
    Set<Long> used = new HashSet<>();
    for (int port = 1; port <= 64; port++) {
      used.add(w.find(1, port));
    }
    assertThat(used).hasSize(4);
    w.simulation.await(() -> added.unlisten(listener));
    w.simulation.run();
    assertThat(second.logs()).allSatisfy(log ->
        assertThat(log.events())
            .containsExactly("listening", "transport closed", "cleanup TRANSPORT", "cleanup SESSION"));
    used.clear();
    for (int port = 1; port <= 64; port++) {
      used.add(w.find(1, port));
    }
    assertThat(used).containsExactlyInAnyOrder(w.session(1).handle(), w.session(2).handle());
    w.end();
  }

  @Test
  void S29_unlisten_and_detach_free_everything_at_whatever_moment_they_come() {
    for (int steps = 0; steps < 24; steps++) {
      for (boolean detach : new boolean[] {false, true}) {
        DatagramWorld t = new DatagramWorld(new Simulation(steps, 2));
        CompletableFuture<Long> listening = t.simulation.get(0, () -> t.server.context().listen(DatagramWorld.URI));
        for (int i = 0; i < steps; i++) {
          t.simulation.runtime().step();
        }
        long handle = listening.isDone()
            ? listening.join()
            : t.simulation.get(0, () -> t.simulation.stack().applicationLayer().listeners().find(t.flow(1)));
        if (!detach && handle >= 0) {
          t.simulation.await(() -> t.server.context().unlisten(handle));
          t.simulation.run();
          assertThat(listening).isDone();
          assertThat(t.server.logs()).allSatisfy(log -> assertThat(log.isOver()).isTrue());
          assertThat(t.simulation.get(1, () -> t.host.sessions().datagramSession(handle, t.flow(1))))
              .isEqualTo(SessionError.NOLISTEN.code());
          for (int worker = 0; worker < 3; worker++) {
            int index = worker;
            assertThat(t.simulation.get(worker,
                () -> t.simulation.stack().sessionCore().worker(index).liveSessions())).isZero();
          }
        }
        t.end();
      }
    }
  }

  @Test
  void S29_listen_that_finds_no_place_for_a_session_fails_and_leaves_nothing() {
    StackLimits d = StackLimits.DEFAULT;
    StackLimits one = new StackLimits(1, d.maxFlows(), d.maxSegments(), d.maxTransports(), d.ports(),
        d.applications(), d.tx(), d.workers(), d.sweep());
    DatagramWorld t = new DatagramWorld(new Simulation(1, 2, one));
    t.listen(t.server.context(), DatagramWorld.URI);
    t.simulation.await(() -> t.server.context().unlisten(t.listener()));
    t.simulation.run();
    ListenOptions plain = ListenOptions.of(DatagramWorld.URI);
    t.listen(t.server.context(), DatagramWorld.URI);
    RecordingApplication second = new RecordingApplication();
    ApplicationContext added = t.simulation.await(() -> t.server.context().addWorker(second));
    assertThatThrownBy(() -> t.simulation.await(() -> added.listen(plain)))
        .hasRootCauseInstanceOf(SessionException.class).hasMessageContaining(SessionError.ALLOC.text());
    assertThat(second.logs()).isEmpty();
    assertThat(t.session(1).state()).as("the one that was there").isEqualTo(SessionState.OPENED);
    t.end();
  }

  @Test
  void S29_connected_listener_has_no_sessions_of_its_own() {
    ListenOptions plain = ListenOptions.of(DatagramWorld.URI);
    ListenOptions connected =
        new ListenOptions(plain.protocol(), plain.local(), Set.of(EndpointFlag.CONNECTED), List.of());
    w.simulation.await(() -> w.server.context().listen(connected));
    w.simulation.run();
    assertThat(w.server.logs()).isEmpty();
    assertThat(w.find(1, 5)).isEqualTo(SessionError.NOSUPPORT.code());
    w.end();
  }

  @Test
  void S29_datagrams_leave_between_the_addresses_that_they_are_written_with() {
    w.listen(w.server.context(), "message://0.0.0.0:7000");
    Session session = w.session(1);
    MemorySegment data = MemorySegment.ofArray(new byte[10]);
    w.simulation.on(1, () -> {
      DatagramAddress to = new DatagramAddress();
      assertThat(session.writeDatagram(data, 0, 10, to)).isEqualTo(SessionError.INVALID_RMT_IP.code());
      assertThat(session.writeDatagram(data, 0, 10, to.to(Endpoint.of("10.0.0.1", 0))))
          .as("no port").isEqualTo(SessionError.INVALID_RMT_IP.code());
      assertThat(session.writeDatagram(data, 0, 10, to.to(Endpoint.of("fe80::1", 1))))
          .as("the other family").isEqualTo(SessionError.INVALID_RMT_IP.code());
      assertThat(session.writeDatagram(data, 0, 10, to.to(Endpoint.of("10.0.0.1", 1)))).isEqualTo(10);
      assertThat(session.writeDatagram(data, 0, 10, to)).isEqualTo(10);
      assertThat(session.writeDatagram(data, 0, 10, to.to(Endpoint.of("10.0.0.2", 2)))).isEqualTo(10);
      Endpoint own = Endpoint.of("10.9.9.9", 1);
      to.local(own.addressHigh(), own.addressLow(), 1234);
      assertThat(session.writeDatagram(data, 0, 10, to)).isEqualTo(10);
    });
    w.simulation.run();
    assertThat(w.transport.sent).containsExactly("0.0.0.0:7000>10.0.0.1:1", "0.0.0.0:7000>10.0.0.1:1",
        "0.0.0.0:7000>10.0.0.2:2", "10.9.9.9:7000>10.0.0.2:2");
    assertThat(session.localEndpoint()).as("between bursts").isEqualTo(Endpoint.of("0.0.0.0", 7000).withTable(0));
    w.end();
  }

  @Test
  void S29_address_of_the_listener_is_not_the_applications_choice() {
    w.listen(w.server.context(), DatagramWorld.URI);
    Session session = w.session(2);
    w.simulation.on(2, () -> {
      Endpoint other = Endpoint.of("10.9.9.9", 1);
      DatagramAddress to = new DatagramAddress().to(Endpoint.of("10.0.0.1", 1));
      to.local(other.addressHigh(), other.addressLow(), 1);
      session.writeDatagram(MemorySegment.ofArray(new byte[10]), 0, 10, to);
    });
    w.simulation.run();
    assertThat(w.transport.sent).containsExactly("127.0.0.1:7000>10.0.0.1:1");
    w.end();
  }

  @Test
  void S29_short_read_drops_the_rest_and_full_fifo_drops_the_datagram_whole_and_counts_it() {
    w.server.onReadable(session -> {});
    w.listen(w.server.context(), DatagramWorld.URI);
    Session session = w.session(1);
    TransportConnection connection =
        w.simulation.get(1, () -> w.host.sessions().connection(session.handle()));
    DatagramAddress from = new DatagramAddress().set(w.flow(9));
    byte[] data = new byte[1000];
    w.simulation.on(1, () -> {
      assertThat(connection).isNotNull();
      int kept = 0;
      while (w.enqueue(connection, from, data) == data.length) {
        kept++;
      }
      assertThat(kept).isPositive();
      assertThat(w.full()).isEqualTo(1);
      assertThat(w.enqueue(connection, from, data)).isZero();
      assertThat(w.full()).isEqualTo(2);
      byte[] target = new byte[2000];
      MemorySegment into = MemorySegment.ofArray(target);
      DatagramAddress read = new DatagramAddress();
      assertThat(session.readDatagram(into, 0, 10, read)).isEqualTo(10);
      assertThat(read.remoteEndpoint().port()).isEqualTo(9);
      assertThat(session.read(target, 0, 100)).as("a plain read leaves the rest of its datagram").isEqualTo(100);
      for (int i = 2; i < kept; i++) {
        assertThat(session.readDatagram(into, 0, 2000, read)).as("datagram %d", i).isEqualTo(1000);
      }
      assertThat(session.readDatagram(into, 0, 2000, read)).isZero();
    });
    w.end();
  }

  @Test
  void S29_sessions_follow_a_listener_that_moves_with_its_namespace() {
    NetInterface loop = w.simulation.await(() -> w.simulation.stack().network().addInterface("loop", null));
    w.simulation.await(() -> w.simulation.stack().network().addAddress(loop.name(), IpPrefix.parse("192.0.2.9/24")));
    w.simulation.await(() -> w.simulation.stack().applicationLayer().namespaces()
        .add("own", OptionalLong.of(0), NamespaceBinding.toTables(0, 0)));
    RecordingApplication moving = new RecordingApplication();
    ApplicationContext context = w.attach(moving, "moving", "own");
    w.listen(context, "message://0.0.0.0:7001");
    assertThat(moving.logs()).hasSize(2);
    w.simulation.await(() -> w.simulation.stack().applicationLayer().namespaces()
        .add("own", OptionalLong.of(0), NamespaceBinding.toInterface(loop.name())));
    w.simulation.run();
    assertThat(moving.logs()).hasSize(4);
    assertThat(moving.logs().subList(0, 2)).allSatisfy(log -> assertThat(log.isOver()).isTrue());
    assertThat(moving.logs().subList(2, 4)).allSatisfy(log ->
        assertThat(log.session().localEndpoint().address()).hasToString("192.0.2.9"));
    w.simulation.await(context::detach);
    w.end();
  }

  @Test
  void S29_S31_a_session_of_a_listener_is_not_taken_over() {
    w.listen(w.server.context(), DatagramWorld.URI);
    ApplicationContext added = w.simulation.await(() -> w.server.context().addWorker(new RecordingApplication()));
    for (int worker = 1; worker <= 2; worker++) {
      long session = w.session(worker).handle();
      assertThat(w.simulation.<SessionError>await(() -> added.takeOver(session))).isEqualTo(SessionError.NOSUPPORT);
      assertThat(w.simulation.<SessionError>await(() -> w.server.context().takeOver(session)))
          .as("it is this one's").isEqualTo(SessionError.NONE);
    }
    w.simulation.await(added::detachWorker);
    w.end();
  }

  // ---- Sessions that end while their listener goes on.

  private void send(int worker) {
    Session session = w.session(worker);
    w.simulation.on(worker, () -> session.writeDatagram(
        MemorySegment.ofArray(new byte[10]), 0, 10, new DatagramAddress().to(Endpoint.of("10.0.0.1", 1))));
    w.simulation.run();
  }

  private Set<Long> found() {
    Set<Long> found = new HashSet<>();
    for (int port = 1; port <= 64; port++) {
      found.add(w.find(port % 3, port));
    }
    return found;
  }

  @Test
  void S29_a_session_that_its_transport_fails_is_found_no_more() {
    w.simulation.runtime().tolerateFaults();
    w.listen(w.server.context(), DatagramWorld.URI);
    long other = w.session(2).handle();
    assertThat(found()).hasSize(2);
    w.transport.throwing = 1;
    send(1);
    assertThat(w.server.logs().stream().filter(RecordingApplication.Log::isOver)).hasSize(1);
    assertThat(found()).containsExactly(other);
    assertThat(w.counter("session.listener-session-lost")).isEqualTo(1);
    w.transport.throwing = 1;
    send(2);
    assertThat(found()).as("none is left").containsExactly((long) SessionError.NOLISTEN.code());
    w.simulation.await(() -> w.server.context().unlisten(w.listener()));
    w.listen(w.server.context(), DatagramWorld.URI);
    assertThat(found()).hasSize(2).allSatisfy(session -> assertThat(session).isNotNegative());
    assertThat(w.counter("session.listener-session-lost")).isEqualTo(2);
    w.end();
  }

  @Test
  void S29_a_session_that_ends_before_its_listener_is_ready_fails_the_listen() {
    assertThat(listensThatFailWhenTheSessionEnds(1)).as("there may be another one already").isPositive();
    assertThat(listensThatFailWhenTheSessionEnds(2)).as("the last one's listener is ready").isZero();
  }

  /** Ends the first or second session of a listener as soon as its application is told of it. */
  private static int listensThatFailWhenTheSessionEnds(int number) {
    int failed = 0;
    for (int seed = 1; seed <= 20; seed++) {
      DatagramWorld t = new DatagramWorld(new Simulation(seed, 2));
      t.simulation.runtime().tolerateFaults();
      t.server.onOpen(session -> {
        if (t.server.logs().size() == number) {
          t.transport.throwing = 1;
          session.writeDatagram(
              MemorySegment.ofArray(new byte[10]), 0, 10, new DatagramAddress().to(Endpoint.of("10.0.0.1", 1)));
        }
      });
      CompletableFuture<Long> listening = t.simulation.get(0, () -> t.server.context().listen(DatagramWorld.URI));
      t.simulation.run();
      assertThat(listening).isDone();
      assertThat(t.counter("session.listener-session-lost")).isEqualTo(1);
      if (listening.isCompletedExceptionally()) {
        failed++;
        assertThat(t.server.logs()).allSatisfy(log -> assertThat(log.isOver()).isTrue());
      } else {
        long left = t.server.logs().stream().mapToLong(log -> log.session().handle()).max().orElseThrow();
        assertThat(left).isNotNegative();
        for (int port = 1; port <= 32; port++) {
          assertThat(t.find(1, port)).isEqualTo(left);
        }
      }
      t.end();
    }
    return failed;
  }

  @Test
  void S29_orderly_ends_are_no_losses() {
    w.listen(w.server.context(), DatagramWorld.URI);
    w.simulation.await(() -> w.server.context().unlisten(w.listener()));
    w.listen(w.server.context(), DatagramWorld.URI);
    w.simulation.await(w.host::revoke);
    w.end();
    assertThat(w.counter("session.listener-session-lost")).isZero();
  }

  @Test
  void S29_streams_have_no_addresses_to_read_or_to_write_to() {
    ScriptedTransport streams = new ScriptedTransport(
        new TransportDescriptor("script", "S", ServiceType.VIRTUAL_CIRCUIT, TxMode.DEQUEUE), w.host);
    w.simulation.await(() -> w.host.scope().registerTransport(streams));
    w.listen(w.server.context(), DatagramWorld.URI);
    w.listen(w.server.context(), "script://127.0.0.1:80");
    ScriptedConnection connection = w.simulation.get(1,
        () -> streams.incoming(streams.listener(), 9, w.simulation.stack().workers().worker(1)));
    w.simulation.on(1, () -> w.host.sessions().acceptNotify(connection));
    w.server.onReadable(session -> {});
    w.simulation.run();
    Session stream = w.server.logs().getLast().session();
    w.simulation.on(1, () -> {
      streams.deliver(connection, new byte[10]);
      MemorySegment data = MemorySegment.ofArray(new byte[10]);
      DatagramAddress address = new DatagramAddress().to(Endpoint.of("10.0.0.1", 1));
      assertThat(stream.readDatagram(data, 0, 10, address)).isEqualTo(SessionError.NOSUPPORT.code());
      assertThat(stream.writeDatagram(data, 0, 10, address)).isEqualTo(SessionError.NOSUPPORT.code());
      assertThat(stream.transferTo(w.session(1), 10)).isEqualTo(SessionError.INVALID_RMT_IP.code());
      assertThat(stream.readable()).as("nothing is lost").isEqualTo(10);
      streams.deleted(connection);
    });
    w.end();
  }
}
