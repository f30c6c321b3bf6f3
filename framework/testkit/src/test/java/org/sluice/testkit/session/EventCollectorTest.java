package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.StackLimits;
import org.sluice.core.application.CollectorControl;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.application.SessionRecord;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.EndReason;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.FakeConnectionlessTransport;
import org.sluice.testkit.transport.ScriptedConnection;

/** Records of closed sessions. */
@Timeout(60)
class EventCollectorTest {
  private final Collector collector = new Collector();

  /** Keeps what it is told. */
  private static class Collector implements Application {
    private final List<SessionRecord> records = new ArrayList<>();
    private final List<String> places = new ArrayList<>();

    @Override
    public void onSessionRecord(SessionRecord record) {
      records.add(record.copy());
      places.add(Thread.currentThread().getName());
    }

    EndReason last() {
      return records.getLast().reason();
    }
  }

  private static AttachOptions options(String name, String namespace) {
    return AttachOptions.named(name).with()
        .namespace(namespace, 0)
        .scopes(Scope.GLOBAL)
        .segments(1 << 20, 1 << 20, 16)
        .flags(AttachOptions.Flag.EVENT_COLLECTOR)
        .build();
  }

  private static ApplicationContext attach(ScriptedWorld w, Application application, AttachOptions options) {
    return w.simulation.await(
        () -> w.simulation.stack().scope("collectors").applications().attach(application, options));
  }

  private ScriptedWorld collected(int dataWorkers) {
    return collected(dataWorkers, StackLimits.DEFAULT);
  }

  private ScriptedWorld collected(int dataWorkers, StackLimits limits) {
    ScriptedWorld w = new ScriptedWorld(1, dataWorkers, TxMode.DEQUEUE, limits);
    attach(w, collector, options("collector", AttachOptions.DEFAULT_NAMESPACE));
    return w;
  }

  private static void end(ScriptedWorld w) {
    w.simulation.await(w.simulation.stack().scope("collectors")::revoke);
    w.end();
  }

  private static void deleted(ScriptedWorld w, ScriptedConnection connection) {
    w.on(connection, () -> w.transport.deleted(connection));
    w.run();
  }

  /** One more record, for that reason, and none more whatever happens to the session afterwards. */
  private void assertEnded(int before, EndReason reason, ScriptedConnection connection) {
    assertThat(collector.records).as("records after '%s'", reason).hasSize(before + 1);
    assertThat(collector.last()).isEqualTo(reason);
    assertThat(collector.records.getLast().session()).isEqualTo(connection.session);
  }

  @ParameterizedTest(name = "{0} data workers")
  @ValueSource(ints = {0, 2})
  void A22_each_way_to_end_gives_one_record(int dataWorkers) {
    ScriptedWorld w = collected(dataWorkers);
    int worker = dataWorkers;
    for (boolean accepts : new boolean[] {true, false}) {
      for (Way way : Way.values()) {
        int before = collector.records.size();
        ScriptedConnection connection = accepts ? w.accepted(worker) : w.connected(worker);
        Session session = w.session(connection);
        way.end(w, connection, session);
        w.run();
        assertThat(collector.records).as("before the transport lets go: %s", way).hasSize(before + way.atOnce);
        if (w.transport.established().contains(connection)) {
          deleted(w, connection);
        }
        assertEnded(before, way.reason, connection);
        if (session.handle() >= 0) {
          w.on(connection, session::close);
          w.run();
        }
        assertThat(collector.records).as("once: %s", way).hasSize(before + 1);
        assertThat(collector.records.getLast().isAccepted()).isEqualTo(accepts);
        assertThat(collector.records.getLast().application()).isEqualTo("application");
        assertThat(collector.records.getLast().protocol()).isEqualTo("script");
      }
    }
    end(w);
  }

  /** How a session ends, before its connection is deleted. */
  private enum Way {
    CLOSE(EndReason.APPLICATION_CLOSED) {
      @Override
      void end(ScriptedWorld w, ScriptedConnection connection, Session session) {
        w.on(connection, session::close);
      }
    },
    RESET(EndReason.APPLICATION_RESET) {
      @Override
      void end(ScriptedWorld w, ScriptedConnection connection, Session session) {
        w.on(connection, session::reset);
      }
    },
    CLOSE_AND_THEN_THE_PEER_RESETS(EndReason.APPLICATION_CLOSED) {
      @Override
      void end(ScriptedWorld w, ScriptedConnection connection, Session session) {
        w.on(connection, session::close);
        w.run();
        w.on(connection, () -> w.host.sessions().resetNotify(connection));
      }
    },
    PEER_CLOSES(EndReason.PEER_CLOSED) {
      @Override
      void end(ScriptedWorld w, ScriptedConnection connection, Session session) {
        w.on(connection, () -> w.host.sessions().closingNotify(connection));
      }
    },
    PEER_RESETS(EndReason.PEER_RESET) {
      @Override
      void end(ScriptedWorld w, ScriptedConnection connection, Session session) {
        w.on(connection, () -> w.host.sessions().resetNotify(connection));
      }
    },
    TRANSPORT_CLOSES(EndReason.TRANSPORT_CLOSED) {
      @Override
      void end(ScriptedWorld w, ScriptedConnection connection, Session session) {
        w.on(connection, () -> w.host.sessions().closedNotify(connection));
      }
    },
    TRANSPORT_LETS_GO(EndReason.UNKNOWN) {
      @Override
      void end(ScriptedWorld w, ScriptedConnection connection, Session session) {}
    },
    OPERATOR_CLEARS(EndReason.EVICTED, 1) {
      @Override
      void end(ScriptedWorld w, ScriptedConnection connection, Session session) {
        int worker = connection.workerIndex();
        w.on(connection, () -> assertThat(
            w.simulation.stack().sessionCore().worker(worker).admin().clear(Handle.slot(connection.session)))
            .isEqualTo(SessionError.NONE));
      }
    };

    private final EndReason reason;
    private final int atOnce;

    Way(EndReason reason) {
      this(reason, 0);
    }

    Way(EndReason reason, int atOnce) {
      this.reason = reason;
      this.atOnce = atOnce;
    }

    abstract void end(ScriptedWorld w, ScriptedConnection connection, Session session);
  }

  @ParameterizedTest(name = "{0} data workers")
  @ValueSource(ints = {0, 2})
  void A22_sessions_of_an_application_that_leaves_or_refuses_have_records_too(int dataWorkers) {
    ScriptedWorld w = collected(dataWorkers);
    w.application.decide(AcceptDecision.REJECT);
    ScriptedConnection refused = w.accepted(dataWorkers);
    deleted(w, refused);
    assertEnded(0, EndReason.REFUSED, refused);
    w.application.decide(AcceptDecision.ACCEPT);
    ScriptedConnection open = w.accepted(dataWorkers);
    ScriptedConnection closed = w.connected(dataWorkers);
    w.on(closed, () -> w.host.sessions().closingNotify(closed));
    w.run();
    w.simulation.await(() -> w.application.context().detach());
    w.run();
    deleted(w, open);
    assertEnded(1, EndReason.DETACHED, open);
    assertThat(collector.records.getLast().application()).isEqualTo("application");
    assertThat(collector.records.getLast().durationNs()).isNotNegative();
    deleted(w, closed);
    assertEnded(2, EndReason.PEER_CLOSED, closed);
    w.attach(new RecordingApplication(), "another");
    w.simulation.await(w.simulation.stack().scope("collectors")::revoke);
    w.simulation.await(w.simulation.stack().scope("applications")::revoke);
    w.simulation.await(w.host::revoke);
    w.simulation.requireNothingLeft();
  }

  @Test
  void A22_record_says_how_long_how_much_and_between_whom() {
    ScriptedWorld w = collected(1);
    ScriptedConnection connection = w.accepted(1);
    w.on(connection, () -> w.transport.deliver(connection, new byte[300]));
    w.run();
    w.on(connection, () -> assertThat(w.session(connection).write(new byte[70], 0, 70)).isEqualTo(70));
    w.advance(Duration.ofMillis(250));
    String local = connection.localEndpoint().toString();
    String remote = connection.remoteEndpoint().toString();
    w.on(connection, () -> w.session(connection).close());
    w.run();
    deleted(w, connection);
    SessionRecord record = collector.records.getFirst();
    assertThat(record.receivedBytes()).isEqualTo(300);
    assertThat(record.sentBytes()).isEqualTo(70);
    assertThat(Duration.ofNanos(record.durationNs())).isBetween(Duration.ofMillis(250), Duration.ofMillis(260));
    assertThat(record.startNs() + record.durationNs()).isEqualTo(record.endNs());
    assertThat(record.localEndpoint()).hasToString(local);
    assertThat(record.remoteEndpoint()).hasToString(remote);
    end(w);
  }

  @Test
  void A22_S30_a_session_that_moved_has_one_record_with_all_its_time() {
    ScriptedWorld w = collected(2);
    ScriptedConnection connection = w.connected(1);
    w.advance(Duration.ofSeconds(3));
    ScriptedConnection moved = w.simulation.get(1, () -> w.transport.migrate(connection, w.worker(2)));
    w.run();
    w.advance(Duration.ofSeconds(2));
    // A worker knows the time of its last turn.
    w.on(moved, () -> w.transport.deliver(moved, new byte[1]));
    w.run();
    assertThat(collector.records).isEmpty();
    w.on(moved, () -> w.transport.deleted(moved));
    w.run();
    assertThat(collector.records).hasSize(1);
    assertThat(collector.records.getFirst().session()).isEqualTo(moved.session);
    assertThat(collector.records.getFirst().durationNs()).isBetween(5_000_000_000L, 6_000_000_000L);
    end(w);
  }

  @Test
  void A22_what_was_not_sent_is_not_counted() {
    ScriptedWorld w = collected(0);
    ScriptedConnection connection = w.connected(0);
    connection.spaceBytes = 0;
    w.on(connection, () -> w.session(connection).write(new byte[70], 0, 70));
    w.run();
    w.on(connection, () -> w.host.sessions().resetNotify(connection));
    w.run();
    deleted(w, connection);
    assertThat(collector.records.getFirst().sentBytes()).isZero();
    end(w);
  }

  @Test
  void A22_session_that_no_application_heard_of_has_no_record() {
    ScriptedWorld w = collected(1);
    ScriptedConnection created = w.incoming(1);
    deleted(w, created);
    ScriptedConnection halfOpen = w.connect(3);
    w.simulation.on(0, () -> w.transport.refuse(halfOpen, SessionError.REFUSED));
    w.simulation.on(0, () -> w.transport.delete(halfOpen));
    w.run();
    assertThat(collector.records).isEmpty();
    end(w);
  }

  @Test
  void A22_session_that_is_older_than_its_collector_has_a_record_without_duration() {
    ScriptedWorld w = new ScriptedWorld(1, 1, TxMode.DEQUEUE);
    ScriptedConnection first = w.accepted(1);
    ScriptedConnection second = w.accepted(1);
    attach(w, collector, options("collector", AttachOptions.DEFAULT_NAMESPACE));
    w.on(first, () -> w.session(first).close());
    w.run();
    deleted(w, first);
    assertThat(collector.records.getFirst().durationNs()).isEqualTo(SessionRecord.UNKNOWN_DURATION);
    assertThat(collector.records.getFirst().startNs()).isEqualTo(collector.records.getFirst().endNs());
    w.simulation.await(() -> w.application.context().detach());
    deleted(w, second);
    assertEnded(1, EndReason.DETACHED, second);
    assertThat(collector.records.getLast().application()).isEqualTo("application");
    assertThat(collector.records.getLast().durationNs()).isEqualTo(SessionRecord.UNKNOWN_DURATION);
    w.simulation.await(w.simulation.stack().scope("collectors")::revoke);
    w.simulation.await(w.host::revoke);
    w.simulation.requireNothingLeft();
  }

  @ParameterizedTest(name = "detach {0}")
  @ValueSource(booleans = {false, true})
  void A22_the_first_session_of_worker_0_is_older_than_its_collector_too(boolean detach) {
    Simulation simulation = new Simulation(1, 0);
    TestHost host = simulation.host("messages", Map.of());
    simulation.await(() -> host.scope().registerTransport(new FakeConnectionlessTransport(host)));
    RecordingApplication client = new RecordingApplication();
    simulation.await(() -> simulation.stack().scope("clients").applications()
        .attach(client, ScriptedWorld.options("client", 1 << 20)));
    simulation.on(0, () -> client.context().connect("message://127.0.0.1:7000", 1));
    simulation.run();
    Session first = client.log().session();
    assertThat(first.handle()).as("a handle like any other").isZero();
    simulation.await(() -> simulation.stack().scope("collectors").applications()
        .attach(collector, options("collector", AttachOptions.DEFAULT_NAMESPACE)));
    simulation.on(0, () -> client.context().connect("message://127.0.0.1:7001", 2));
    simulation.advance(Duration.ofSeconds(1));
    if (detach) {
      simulation.await(() -> client.context().detach());
    } else {
      simulation.on(0, first::close);
    }
    simulation.run();
    SessionRecord record =
        collector.records.stream().filter(ended -> ended.session() == 0).findFirst().orElseThrow();
    assertThat(record.application()).isEqualTo("client");
    assertThat(record.durationNs()).isEqualTo(SessionRecord.UNKNOWN_DURATION);
    simulation.await(simulation.stack().scope("clients")::revoke);
    simulation.await(simulation.stack().scope("collectors")::revoke);
    simulation.await(host::revoke);
    simulation.requireNothingLeft();
  }

  @Test
  void A22_collector_is_told_of_its_namespace_only() {
    ScriptedWorld w = collected(0);
    w.simulation.await(() -> w.simulation.stack().applicationLayer().namespaces()
        .add("other", OptionalLong.empty(), NamespaceBinding.toTables(0, 0)));
    Collector elsewhere = new Collector();
    Collector beside = new Collector();
    attach(w, elsewhere, options("elsewhere", "other"));
    attach(w, beside, options("beside", AttachOptions.DEFAULT_NAMESPACE));
    ScriptedConnection connection = w.accepted(0);
    w.on(connection, () -> w.session(connection).close());
    deleted(w, connection);
    assertThat(collector.records).hasSize(1);
    assertThat(beside.records).hasSize(1);
    assertThat(elsewhere.records).isEmpty();
    end(w);
  }

  @Test
  void A22_more_records_than_the_bound_are_dropped_and_counted_and_later_ones_come() {
    int bound = 4;
    int ends = 10;
    ScriptedWorld w = collected(1, StackLimits.DEFAULT.withSessionRecords(bound));
    for (int round = 1; round <= 2; round++) {
      List<ScriptedConnection> all = new ArrayList<>();
      for (int i = 0; i < ends; i++) {
        all.add(w.accepted(1));
      }
      w.simulation.on(1, () -> all.forEach(w.transport::deleted));
      w.run();
      assertThat(collector.records).hasSize(round * bound);
      assertThat(collector.records.subList((round - 1) * bound, round * bound))
          .extracting(SessionRecord::session)
          .containsExactlyElementsOf(all.subList(0, bound).stream().map(c -> c.session).toList());
      assertThat(w.counter("session.records")).isEqualTo((long) round * bound);
      assertThat(w.counter("session.records-dropped")).isEqualTo((long) round * (ends - bound));
    }
    end(w);
  }

  @Test
  void A22_none_is_lost_within_the_bound_and_each_comes_on_its_worker() {
    ScriptedWorld w = collected(2);
    List<Long> ended = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      ScriptedConnection connection = w.accepted(1 + i % 2);
      ended.add(connection.session);
      w.on(connection, () -> w.transport.deleted(connection));
    }
    w.run();
    assertThat(collector.records).extracting(SessionRecord::session).containsExactlyInAnyOrderElementsOf(ended);
    assertThat(w.counter("session.records-dropped")).isZero();
    end(w);
  }

  @Test
  void A22_a_worker_that_leaves_hands_what_it_collects_over_to_the_next() {
    ScriptedWorld w = new ScriptedWorld(1, 1, TxMode.DEQUEUE);
    ApplicationContext first =
        attach(w, new RecordingApplication(), options("collector", AttachOptions.DEFAULT_NAMESPACE));
    ApplicationContext second = w.simulation.await(() -> first.addWorker(collector));
    ScriptedConnection early = w.accepted(1);
    w.advance(Duration.ofSeconds(3));
    deleted(w, early);
    assertThat(collector.records).as("the first worker has it").isEmpty();
    ScriptedConnection connection = w.accepted(1);
    w.advance(Duration.ofSeconds(3));
    w.simulation.await(() -> first.detachWorker().thenApply(done -> true));
    deleted(w, connection);
    assertThat(collector.records).hasSize(1);
    assertThat(collector.records.getFirst().durationNs()).as("known as before").isPositive();
    CollectorControl control = w.simulation.stack().applicationRegistry().collectors();
    assertThat(w.simulation.get(0, control::views)).singleElement()
        .satisfies(view -> assertThat(view.records()).isEqualTo(2));
    w.simulation.on(0, () -> control.remove("collector"));
    deleted(w, w.accepted(1));
    assertThat(collector.records).hasSize(1);
    w.simulation.on(0, () -> control.add("collector"));
    deleted(w, w.accepted(1));
    assertThat(collector.records).hasSize(2);
    w.simulation.on(0, () -> control.remove("collector"));
    ApplicationContext third = w.simulation.await(() -> second.addWorker(new RecordingApplication()));
    w.simulation.await(() -> second.detachWorker().thenApply(done -> true));
    assertThat(w.simulation.get(0, control::views)).as("nothing to hand over").isEmpty();
    assertThat(third.applicationWorker()).isEqualTo(2);
    end(w);
  }

  /** Another collector's callback is the one moment at which a test can have a record under way. */
  @ParameterizedTest(name = "{0} data workers")
  @ValueSource(ints = {0, 1})
  void A22_records_under_way_when_a_worker_leaves_reach_the_next_one(int dataWorkers) {
    ScriptedWorld w = new ScriptedWorld(1, dataWorkers, TxMode.DEQUEUE);
    ApplicationContext[] leaving = new ApplicationContext[1];
    Collector between = new Collector() {
      @Override
      public void onSessionRecord(SessionRecord record) {
        super.onSessionRecord(record);
        ApplicationContext now = leaving[0];
        leaving[0] = null;
        if (now != null) {
          w.simulation.on(0, () -> {
            var _ = now.detachWorker();
          });
        }
      }
    };
    attach(w, between, options("between", AttachOptions.DEFAULT_NAMESPACE));
    ApplicationContext first =
        attach(w, new RecordingApplication(), options("collector", AttachOptions.DEFAULT_NAMESPACE));
    w.simulation.await(() -> first.addWorker(collector));
    List<ScriptedConnection> all = List.of(w.accepted(dataWorkers), w.accepted(dataWorkers), w.accepted(dataWorkers));
    leaving[0] = first;
    w.simulation.on(dataWorkers, () -> all.forEach(w.transport::deleted));
    w.run();
    List<Long> ended = all.stream().map(connection -> connection.session).toList();
    assertThat(collector.records).extracting(SessionRecord::session).isEqualTo(ended);
    assertThat(between.records).as("once each").extracting(SessionRecord::session).isEqualTo(ended);
    assertThat(w.simulation.get(0, w.simulation.stack().applicationRegistry().collectors()::views))
        .allSatisfy(view -> assertThat(view.records()).isEqualTo(3)).hasSize(2);
    assertThat(w.counter("session.records-undelivered")).isZero();
    end(w);
  }

  @ParameterizedTest(name = "beside a collector of another namespace: {0}")
  @ValueSource(booleans = {false, true})
  void A22_records_whose_collector_has_left_are_counted(boolean beside) {
    ScriptedWorld w = collected(0);
    Collector elsewhere = new Collector();
    if (beside) {
      w.simulation.await(() -> w.simulation.stack().applicationLayer().namespaces()
          .add("other", OptionalLong.empty(), NamespaceBinding.toTables(0, 0)));
      attach(w, elsewhere, options("elsewhere", "other"));
    }
    List<ScriptedConnection> all = List.of(w.accepted(0), w.accepted(0), w.accepted(0));
    w.simulation.on(0, () -> {
      all.forEach(w.transport::deleted);
      w.simulation.stack().applicationRegistry().collectors().remove("collector");
    });
    w.run();
    assertThat(collector.records).isEmpty();
    assertThat(elsewhere.records).isEmpty();
    assertThat(w.counter("session.records")).isEqualTo(3);
    assertThat(w.counter("session.records-undelivered")).isEqualTo(3);
    end(w);
  }

  @ParameterizedTest(name = "a session ends in the callback: {0}")
  @ValueSource(booleans = {false, true})
  void A22_a_collector_that_stops_in_its_callback_has_had_that_record(boolean another) {
    ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.DEQUEUE);
    ScriptedConnection further = w.accepted(0);
    Collector stopping = new Collector() {
      @Override
      public void onSessionRecord(SessionRecord record) {
        super.onSessionRecord(record);
        w.simulation.stack().applicationRegistry().collectors().remove("stopping");
        if (another) {
          w.transport.deleted(further);
        }
      }
    };
    attach(w, stopping, options("stopping", AttachOptions.DEFAULT_NAMESPACE));
    List<ScriptedConnection> all = List.of(w.accepted(0), w.accepted(0), w.accepted(0));
    w.simulation.on(0, () -> all.forEach(w.transport::deleted));
    w.run();
    assertThat(stopping.records).hasSize(1);
    assertThat(w.counter("session.records")).isEqualTo(3);
    assertThat(w.counter("session.records-undelivered")).isEqualTo(2);
    end(w);
  }

  @Test
  void A22_collector_that_throws_or_leaves_harms_nobody() {
    ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.DEQUEUE);
    w.simulation.runtime().tolerateFaults();
    ApplicationContext context = attach(w, new Application() {
      @Override
      public void onSessionRecord(SessionRecord record) {
        throw new IllegalStateException("as told");
      }
    }, options("throws", AttachOptions.DEFAULT_NAMESPACE));
    attach(w, collector, options("collector", AttachOptions.DEFAULT_NAMESPACE));
    ScriptedConnection connection = w.accepted(0);
    deleted(w, connection);
    assertThat(collector.records).hasSize(1);
    assertThat(w.simulation.stack().scope("collectors").faults().count()).isEqualTo(1);
    w.simulation.await(context::detach);
    deleted(w, w.accepted(0));
    assertThat(collector.records).hasSize(2);
    assertThat(w.simulation.stack().scope("collectors").faults().count()).isEqualTo(1);
    end(w);
  }
}
