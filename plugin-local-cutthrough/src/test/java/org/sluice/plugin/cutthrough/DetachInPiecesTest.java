package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.StackLimits;
import org.sluice.core.runtime.WorkerLimits;
import org.sluice.core.session.SessionOwner;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;

/** An application with many sessions leaves: no turn takes more of them than it may run events. L09. */
class DetachInPiecesTest {
  private static final int PER_TURN = 8;
  private static final int SESSIONS = 100;

  private static LocalHost host(int dataWorkers) {
    StackLimits d = StackLimits.DEFAULT;
    WorkerLimits w = WorkerLimits.DEFAULT;
    WorkerLimits few = new WorkerLimits(w.mailboxCapacity(), w.messagesPerTurn(), w.controlPerTurn(), PER_TURN,
        w.timersPerTurn(), w.timerTickNs());
    return new LocalHost(dataWorkers, new StackLimits(d.maxSessionsPerWorker(), d.maxFlows(), d.maxSegments(),
        d.maxTransports(), d.ports(), d.applications(), d.tx(), few, d.sweep()), 1000, 3);
  }

  /** Two that write to each other for ever, and count. */
  private static final class Chatter {
    final Probe server = new Probe("listener");
    final Probe client = new Probe("talker");
    int heard;

    Chatter(LocalHost host) {
      host.attach(server);
      host.listen(server, "ct://0.0.0.0:8");
      host.attach(client);
      server.onReadable = this::answer;
      client.onReadable = this::answer;
      client.onConnected = session -> Probe.write(session, "0");
    }

    private void answer(Session session) {
      assertThat(Probe.read(session)).isEqualTo(Integer.toString(heard));
      heard++;
      Probe.write(session, Integer.toString(heard));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void L09_a_detach_takes_some_sessions_per_turn_and_completes_with_the_last(int dataWorkers) {
    LocalHost host = host(dataWorkers);
    Probe server = host.server();
    Probe client = host.client();
    Map<Long, List<String>> told = new HashMap<>();
    server.onDisconnected = session -> {
      told.computeIfAbsent(session.handle(), h -> new ArrayList<>()).add("disconnected");
      session.close();
    };
    server.onCleanup = session -> told.computeIfAbsent(session.handle(), h -> new ArrayList<>()).add("cleanup");
    for (int i = 0; i < SESSIONS; i++) {
      host.join(client);
    }
    SessionOwner leaving = (SessionOwner) client.context();
    int workers = dataWorkers + 1;
    CompletableFuture<?> gone = host.main(() -> client.context().detach());
    int turns = 0;
    int left = count(leaving, workers);
    assertThat(left).isEqualTo(SESSIONS);
    while (!gone.isDone()) {
      assertThat(host.runtime.step()).isTrue();
      turns++;
      int now = count(leaving, workers);
      assertThat(left - now).as("sessions of turn %d", turns).isBetween(0, PER_TURN);
      assertThat(gone.isDone() && now > 0).as("complete with %d sessions", now).isFalse();
      left = now;
    }
    assertThat(turns).isGreaterThan(SESSIONS / PER_TURN);
    host.settle();
    assertThat(told).hasSize(SESSIONS);
    assertThat(told.values()).allSatisfy(
        events -> assertThat(events).containsExactly("disconnected", "cleanup", "cleanup"));
    host.detach(server);
    host.assertNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void others_go_on_turn_by_turn_meanwhile(int dataWorkers) {
    LocalHost host = host(dataWorkers);
    Probe server = new Probe("server");
    host.attach(server);
    host.listen(server, LocalHost.LISTEN);
    Probe client = host.client();
    for (int i = 0; i < SESSIONS; i++) {
      host.join(client);
    }
    Chatter chatter = new Chatter(host);
    host.onMain(() -> chatter.client.context().connect("ct://127.0.0.1:8", 0));
    host.runtime.runUntil("they talk", () -> chatter.heard > 10, Duration.ofSeconds(1));
    int worker = Handle.worker(chatter.client.session().handle());

    CompletableFuture<?> gone = host.main(() -> client.context().detach());
    int silent = 0;
    int heard = chatter.heard;
    while (!gone.isDone()) {
      long turns = turns(host, worker);
      assertThat(host.runtime.step()).isTrue();
      if (turns(host, worker) > turns) {
        silent = chatter.heard == heard ? silent + 1 : 0;
        heard = chatter.heard;
        assertThat(silent).as("turns in a row in which they heard nothing").isLessThanOrEqualTo(4);
      }
    }
    assertThat(chatter.heard).isGreaterThan(20);
  }

  private static long turns(LocalHost host, int worker) {
    return host.stack.worker(worker).turnCount();
  }

  private static int count(SessionOwner owner, int workers) {
    int count = 0;
    for (int i = 0; i < workers; i++) {
      count += owner.lane(i).sessionCount();
    }
    return count;
  }
}
