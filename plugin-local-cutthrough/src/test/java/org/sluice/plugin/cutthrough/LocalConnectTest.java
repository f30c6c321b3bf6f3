package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.session.EventLane;
import org.sluice.core.session.EventRecord;
import org.sluice.core.session.SessionOwner;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.EventHandler;
import org.sluice.spi.memory.EventQueue;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionState;

/** How local sessions come about: L01, L03, L04, L08, L11, L14. */
class LocalConnectTest {

  @Test
  void L01_connect_to_a_local_listener_makes_a_session_pair_and_no_redirect_exists() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    host.connect(client, 42);
    assertThat(client.log).as("nothing is told before connect returned").isEmpty();
    host.settle();
    assertThat(server.told()).containsExactly("accepted");
    assertThat(client.told()).containsExactly("connected 42");
    assertThat(server.session().state()).isEqualTo(SessionState.READY);
    assertThat(client.session().state()).isEqualTo(SessionState.READY);
    assertThat(client.session().transport()).isEqualTo("ct");
    assertThat(Arrays.stream(SessionError.values()).map(Enum::name)).noneMatch(name -> name.contains("REDIRECT"));
  }

  @Test
  void L03_each_side_is_told_of_the_segment_before_its_session_and_after_the_last_cleanup() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    assertThat(server.log).isEmpty();
    host.join(client);
    assertThat(server.log).containsExactly("segment added", "accepted");
    assertThat(client.log).containsExactly("segment added", "connected", "half-open cleanup");
    assertThat(server.segments).isEqualTo(client.segments);

    host.at(client.session(), client.session()::close);
    host.settle();
    host.at(server.session(), server.session()::close);
    host.letSegmentsGo();
    assertThat(server.segments).isEmpty();
    assertThat(client.segments).isEmpty();
    assertThat(server.log).endsWith("cleanup session", "segment removed");
    assertThat(client.log).endsWith("cleanup session", "segment removed");
    assertThat(server.log).filteredOn("segment added"::equals).hasSize(1);
    assertThat(client.log).filteredOn("segment removed"::equals).hasSize(1);
  }

  @Test
  void L03_a_lingering_segment_serves_the_next_session_and_is_announced_once() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    for (int i = 0; i < 3; i++) {
      host.join(client);
      host.at(client.sessions.get(i), client.sessions.get(i)::close);
      host.at(server.sessions.get(i), server.sessions.get(i)::close);
      host.settle();
    }
    assertThat(client.log).filteredOn("segment added"::equals).hasSize(1);
    assertThat(host.stack.applicationLayer().segmentCount()).isEqualTo(3);
    host.letSegmentsGo();
    assertThat(client.log).filteredOn("segment removed"::equals).hasSize(1);
    assertThat(host.stack.applicationLayer().segmentCount()).as("the first ones, with the queues").isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void L04_server_accepts_before_the_client_is_told(int dataWorkers) {
    LocalHost host = new LocalHost(dataWorkers);
    Probe server = host.server();
    Probe client = host.client();
    List<String> order = new ArrayList<>();
    server.onAccept = session -> {
      order.add("accepted");
      return AcceptDecision.ACCEPT;
    };
    client.onConnected = session -> order.add("connected");
    host.join(client);
    assertThat(order).containsExactly("accepted", "connected");
  }

  @Test
  void L04_the_accepted_and_connected_records_carry_both_event_queues() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    EventLane serverLane = lane(server.context());
    EventLane clientLane = lane(client.context());
    List<long[]> seen = new ArrayList<>();
    Spy serverSpy = new Spy(host, serverLane, seen);
    Spy clientSpy = new Spy(host, clientLane, seen);
    server.onAccept = session -> {
      serverSpy.look();
      return AcceptDecision.ACCEPT;
    };
    client.onConnected = session -> clientSpy.look();
    host.join(client);
    assertThat(seen).hasSize(2);
    assertThat(seen.get(0)).containsExactly(server.session().handle(), serverLane.handle(), clientLane.handle());
    assertThat(seen.get(1)).containsExactly(client.session().handle(), clientLane.handle(), serverLane.handle());
    assertThat(server.session().peerEventQueue()).isEqualTo(client.session().eventQueue());
    assertThat(client.session().peerEventQueue()).isEqualTo(server.session().eventQueue());
    assertThat(server.session().eventQueue()).isNotEqualTo(client.session().eventQueue());
  }

  /** Looks at the records of a lane with a view of its own, while the lane hands the first of them out. */
  private static final class Spy implements EventHandler {
    private final EventQueue view;
    private final List<long[]> seen;

    Spy(LocalHost host, EventLane lane, List<long[]> seen) {
      this.seen = seen;
      view = host.segments.stream()
          .flatMap(segment -> queues(segment).stream())
          .filter(queue -> isSame(queue, lane.queue()))
          .findFirst()
          .orElseThrow();
    }

    private static List<EventQueue> queues(Segment segment) {
      List<EventQueue> found = new ArrayList<>();
      for (long offset = 0; offset < segment.sizeBytes(); offset += 4096) {
        try {
          found.add(EventQueue.attach(segment, offset));
        } catch (IllegalArgumentException e) {
          // Something else is there.
        }
      }
      return found;
    }

    /** A claim that one view holds is not given to the other. */
    private static boolean isSame(EventQueue one, EventQueue other) {
      int first = one.claimControl();
      int second = other.claimControl();
      one.abortControl(first);
      other.abortControl(second);
      return first != second;
    }

    void look() {
      view.poll(this, 1);
    }

    @Override
    public void onEvent(int type, long handle, long arg, MemorySegment payload, long at) {
      seen.add(new long[] {handle, EventRecord.ownQueue(payload, at), EventRecord.peerQueue(payload, at)});
    }
  }

  private static EventLane lane(ApplicationContext context) {
    return ((SessionOwner) context).lane(0);
  }

  @Test
  void L08_a_server_that_rejects_refuses_the_client_and_nothing_stays() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    server.onAccept = session -> AcceptDecision.REJECT;
    host.join(client);
    assertThat(client.failures).containsExactly(SessionError.REFUSED);
    assertThat(client.log).containsExactly("segment added", "failed REFUSED", "half-open cleanup");
    assertThat(server.told()).as("the session ends without further callbacks").containsExactly("accepted");
    assertThat(host.fifos()).isZero();
    host.letSegmentsGo();
    assertThat(server.segments).isEmpty();
    assertThat(host.transport.inUse()).as("the listener").isEqualTo(1);
  }

  @Test
  void L08_a_server_that_resets_in_its_accept_refuses_the_client() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    server.onAccept = session -> {
      session.reset();
      return AcceptDecision.ACCEPT;
    };
    host.join(client);
    assertThat(client.failures).containsExactly(SessionError.REFUSED);
    assertThat(server.told())
        .containsExactly("accepted", "transport closed", "cleanup transport", "cleanup session");
    assertThat(host.fifos()).isZero();
  }

  @Test
  void L08_a_listener_that_went_while_the_connect_was_on_its_way_refuses_it() {
    LocalHost host = new LocalHost(1);
    Probe server = host.server();
    Probe client = host.client();
    long listener = host.listen(server, "ct://0.0.0.0:8");
    host.onMain(() -> {
      client.context().connect("ct://127.0.0.1:8", 5);
      server.context().unlisten(listener).join();
    });
    host.settle();
    assertThat(client.log).containsExactly("failed REFUSED 5", "half-open cleanup");
    assertThat(server.log).isEmpty();
  }

  @Test
  void L11_connects_go_round_over_the_data_workers_and_each_pair_stays_on_one() {
    LocalHost host = new LocalHost(3);
    Probe server = host.server();
    Probe client = host.client();
    for (int i = 0; i < 12; i++) {
      host.join(client);
    }
    int[] perWorker = new int[4];
    for (int i = 0; i < 12; i++) {
      Session own = client.sessions.get(i);
      perWorker[Handle.worker(own.handle())]++;
    }
    assertThat(perWorker).containsExactly(0, 4, 4, 4);
    for (int w = 1; w <= 3; w++) {
      EventLane lane = ((SessionOwner) server.context()).lane(w);
      assertThat(lane.sessionCount()).isEqualTo(4);
    }
  }

  @Test
  void L11_with_one_worker_both_ends_live_there_and_with_one_data_worker_worker_0_carries_none() {
    for (int dataWorkers : new int[] {0, 1}) {
      LocalHost host = new LocalHost(dataWorkers);
      Probe server = host.server();
      Probe client = host.client();
      host.join(client);
      host.join(client);
      Set<Integer> workers = new HashSet<>();
      client.sessions.forEach(session -> workers.add(Handle.worker(session.handle())));
      server.sessions.forEach(session -> workers.add(Handle.worker(session.handle())));
      assertThat(workers).containsExactly(dataWorkers);
    }
  }

  @Test
  void L14_the_console_shows_both_ends_the_listener_and_the_protocol_that_was_asked_for() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    assertThat(host.console()).containsExactlyInAnyOrder(
        "[" + Handle.text(client.session().handle()) + "][CT:CT] 127.0.0.1:49152->127.0.0.1:7 ready",
        "[" + Handle.text(server.session().handle()) + "][CT:CT] 127.0.0.1:7->127.0.0.1:49152 ready",
        "[0:0][CT:CT] 0.0.0.0:7->0.0.0.0:0 listening");
  }

  @Test
  void self_connect_gives_an_application_both_ends_and_one_segment() {
    LocalHost host = new LocalHost(0);
    Probe both = host.server("both");
    host.join(both);
    assertThat(both.log).containsExactly("segment added", "accepted", "connected", "half-open cleanup");
    Session accepted = both.sessions.get(0);
    Session connected = both.sessions.get(1);
    host.at(accepted, () -> {
      assertThat(Probe.write(connected, "to myself")).isPositive();
      assertThat(Probe.read(accepted)).isEqualTo("to myself");
    });
    host.detach(both);
    assertThat(both.segments).as("nothing is told after a detach").hasSize(1);
    host.assertNothingLeft();
  }

  @Test
  void cancel_of_a_connect_that_is_on_its_way_answers_none_and_no_callback_follows() {
    LocalHost host = new LocalHost(1);
    Probe server = host.server();
    Probe client = host.client();
    List<SessionError> cancelled = new ArrayList<>();
    host.onMain(() -> {
      client.context().connect(LocalHost.SERVER, 1);
      long[] waiting = client.context().halfOpens().join();
      assertThat(waiting).hasSize(1);
      cancelled.add(server.context().cancelConnect(waiting[0]).join());
      cancelled.add(client.context().cancelConnect(waiting[0]).join());
      cancelled.add(client.context().cancelConnect(waiting[0]).join());
    });
    host.settle();
    assertThat(cancelled).containsExactly(SessionError.OWNER, SessionError.NONE, SessionError.NOSESSION);
    assertThat(client.log).isEmpty();
    assertThat(server.log).isEmpty();
    host.detach(client);
    host.detach(server);
    host.assertNothingLeft();
  }

  @Test
  void cancel_after_the_accept_was_asked_resets_the_server() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    server.onAccept = session -> {
      client.context().halfOpens().join();
      long[] waiting = client.context().halfOpens().join();
      assertThat(client.context().cancelConnect(waiting[0]).join()).isEqualTo(SessionError.NONE);
      return AcceptDecision.ACCEPT;
    };
    server.onReset = Session::close;
    host.join(client);
    assertThat(client.told()).isEmpty();
    assertThat(server.told())
        .containsExactly("accepted", "reset", "transport closed", "cleanup transport", "cleanup session");
    assertThat(host.fifos()).isZero();
  }

  @Test
  void an_application_may_have_as_many_unanswered_connects_as_it_asked_for() {
    LocalHost host = new LocalHost(0);
    host.server();
    Probe client = new Probe("client");
    host.attach(client, LocalHost.small("client").with().maxConnects(2).build());
    host.onMain(() -> {
      assertThat(client.context().connect(LocalHost.SERVER, 1)).isEqualTo(SessionError.NONE);
      assertThat(client.context().connect(LocalHost.SERVER, 2)).isEqualTo(SessionError.NONE);
      assertThat(client.context().connect(LocalHost.SERVER, 3)).isEqualTo(SessionError.LIMIT);
    });
    host.settle();
    assertThat(client.told()).containsExactly("connected 1", "connected 2");
    assertThat(host.errors(SessionError.LIMIT)).isEqualTo(1);
    assertThat(host.counter("application.connect.limit")).isEqualTo(1);
    host.connect(client, 4);
  }
}
