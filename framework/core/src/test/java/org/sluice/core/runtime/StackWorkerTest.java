package org.sluice.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sluice.spi.runtime.MessagePort;
import org.sluice.spi.runtime.Timer;

class StackWorkerTest {

  private static final long MILLISECOND_NS = 1_000_000;

  private final TestClock clock = new TestClock(1_000);
  private final List<String> log = new ArrayList<>();
  private final WorkerSet workers =
      WorkerSet.builder()
          .count(2)
          .clock(clock)
          .faultHandler((on, scope, what, fault) -> log.add(scope + " " + what + ": " + fault.getMessage()))
          .build();
  private final StackWorker worker = workers.worker(0);

  @AfterEach
  void close() {
    workers.close();
  }

  @Test
  void turn_goesThroughItsPhasesInOrder_withOneTime() {
    RecordingDuties duties = new RecordingDuties();
    worker.duties(duties);
    worker.enter();
    Timer timer = worker.newTimer(nowNs -> log.add("timer " + nowNs));
    timer.schedule(1_000);
    worker.exit();
    workers.newPort((on, kind, handle, argument) -> log.add("message " + on.nowNs())).send(0, 1, 2, 3);
    worker.newControlSlot(() -> log.add("control")).post();
    clock.advance(MILLISECOND_NS);

    int work = worker.turn();

    assertThat(log)
        .containsExactly(
            "updateTime 1001000",
            "receive 1001000",
            "message 1001000",
            "control",
            "events",
            "timer 1001000",
            "transmit 1001000");
    assertThat(work).isEqualTo(3);
  }

  @Test
  void eventRaisedByAMessage_runsInTheSameTurn() {
    RecordingDuties duties = new RecordingDuties();
    worker.duties(duties);
    workers.newPort((on, kind, handle, argument) -> duties.pendingEvents++).send(0, 0, 0, 0);

    assertThat(worker.turn()).isEqualTo(2);
    assertThat(duties.pendingEvents).isZero();
  }

  @Test
  void messagesOverTheBudget_waitForTheNextTurn() {
    MessagePort port = workers.newPort((on, kind, handle, argument) -> log.add("m" + argument));
    int budget = WorkerLimits.DEFAULT.messagesPerTurn();
    for (int i = 0; i <= budget; i++) {
      assertThat(port.send(0, 0, 0, i)).isTrue();
    }

    assertThat(worker.turn()).isEqualTo(budget);
    assertThat(worker.idleNs(clock.nanoTime())).isZero();
    assertThat(worker.turn()).isOne();
    assertThat(log).hasSize(budget + 1).endsWith("m" + budget);
  }

  @Test
  void faults_areCountedAndReported_andTheTurnGoesOn() {
    worker.duties(new FailingDuties());
    workers.newPort((on, kind, handle, argument) -> fail("message")).send(0, 0, 0, 0);
    worker.newControlSlot(() -> fail("control")).post();
    worker.enter();
    worker.newTimer(nowNs -> fail("timer")).schedule(0);
    worker.exit();
    workers.newPort((on, kind, handle, argument) -> log.add("next message")).send(0, 0, 0, 0);

    worker.turn();

    assertThat(log)
        .containsExactly(
            "stack time update: planted",
            "stack receive: planted",
            "stack message: planted message",
            "next message",
            "stack control: planted control",
            "stack events: planted",
            "stack timer: planted timer",
            "stack transmit: planted");
    assertThat(workers.counters().scope(WorkerSet.OWN_SCOPE).counter("faults", "").value(0)).isEqualTo(7);
    assertThat(worker.isCurrent()).isFalse();
  }

  @Test
  void floodOfFaults_isReportedAFewTimesASecond_andCountedInFull() {
    MessagePort port = workers.newPort((on, kind, handle, argument) -> fail("message"));
    for (int i = 0; i < 50; i++) {
      port.send(0, 0, 0, 0);
    }
    worker.turn();
    assertThat(log).hasSize(StackWorker.FAULTS_REPORTED_PER_SECOND);
    assertThat(workers.counters().scope(WorkerSet.OWN_SCOPE).counter("faults", "").value()).isEqualTo(50);

    clock.advance(1_000 * MILLISECOND_NS);
    port.send(0, 0, 0, 0);
    worker.turn();
    assertThat(log).hasSize(StackWorker.FAULTS_REPORTED_PER_SECOND + 1);
  }

  @Test
  void faultHandlerThatThrows_doesNotEndTheLoop() {
    workers.faultHandler(
        (on, scope, what, fault) -> {
          throw new IllegalStateException("handler");
        });
    MessagePort port = workers.newPort((on, kind, handle, argument) -> fail("message"));
    port.send(0, 0, 0, 0);

    assertThat(worker.turn()).isOne();
    assertThat(workers.counters().scope(WorkerSet.OWN_SCOPE).counter("faults", "").value()).isEqualTo(2);
  }

  @Test
  void workerIsCurrent_onlyWhileEntered_andOnlyItself() {
    List<Boolean> seen = new ArrayList<>();
    workers
        .newPort(
            (on, kind, handle, argument) -> {
              seen.add(worker.isCurrent());
              seen.add(workers.worker(1).isCurrent());
              seen.add(workers.current() == worker);
            })
        .send(0, 0, 0, 0);

    assertThat(worker.isCurrent()).isFalse();
    worker.turn();

    assertThat(seen).containsExactly(true, false, true);
    assertThat(worker.isCurrent()).isFalse();
    assertThat(workers.current()).isNull();
  }

  @Test
  void workerThatIsEntered_cannotBeRunByAnotherThread() {
    worker.enter();

    assertThatThrownBy(() -> CompletableFuture.runAsync(worker::turn).join())
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("worker-0 is run by");
    assertThat(worker.enter()).isFalse();
    worker.exit();
  }

  @Test
  void duties_areGivenOnce() {
    worker.duties(new RecordingDuties());
    assertThatThrownBy(() -> worker.duties(new RecordingDuties())).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void turnCount_isOddInsideATurn() {
    List<Long> inside = new ArrayList<>();
    workers.newPort((on, kind, handle, argument) -> inside.add(worker.turnCount())).send(0, 0, 0, 0);
    worker.turn();
    worker.turn();

    assertThat(inside).containsExactly(1L);
    assertThat(worker.turnCount()).isEqualTo(4);
  }

  @Test
  void idleTime_endsWithTheNearestOfTimersAndDuties() {
    RecordingDuties duties = new RecordingDuties();
    worker.duties(duties);
    assertThat(worker.idleNs(1_000)).isEqualTo(Long.MAX_VALUE);

    worker.enter();
    worker.newTimer(nowNs -> {}).schedule(1_000 + MILLISECOND_NS);
    worker.exit();
    assertThat(worker.idleNs(1_000)).isEqualTo(MILLISECOND_NS);
    duties.idleNs = 7;
    assertThat(worker.idleNs(1_000)).isEqualTo(7);
    worker.newControlSlot(() -> {}).post();
    assertThat(worker.idleNs(1_000)).isZero();
  }

  @Test
  void turnsWithMessagesAndTimers_allocateNothing() {
    MessagePort port = workers.newPort((on, kind, handle, argument) -> {});
    int[] fired = new int[1];
    Timer timer = worker.newTimer(nowNs -> fired[0]++);

    Allocations.assertNone(
        () -> {
          worker.enter();
          for (int i = 0; i < 20_000; i++) {
            port.send(0, i, i, i);
            timer.schedule(clock.nanoTime() + 3 * MILLISECOND_NS);
            clock.advance(4 * MILLISECOND_NS);
            worker.turn();
          }
          worker.exit();
        });
    assertThat(fired[0]).isGreaterThanOrEqualTo(20_000);
  }

  private static void fail(String what) {
    throw new IllegalStateException("planted " + what);
  }

  private final class RecordingDuties implements WorkerDuties {

    private int pendingEvents;
    private long idleNs = Long.MAX_VALUE;

    @Override
    public void updateTime(long nowNs) {
      log.add("updateTime " + nowNs);
    }

    @Override
    public int receive(long nowNs) {
      log.add("receive " + nowNs);
      return 0;
    }

    @Override
    public int dispatchEvents(int budget) {
      log.add("events");
      int run = pendingEvents;
      pendingEvents = 0;
      return run;
    }

    @Override
    public int transmit(long nowNs) {
      log.add("transmit " + nowNs);
      return 0;
    }

    @Override
    public long idleNs(long nowNs) {
      return idleNs;
    }
  }

  private static final class FailingDuties implements WorkerDuties {

    @Override
    public void updateTime(long nowNs) {
      throw new IllegalStateException("planted");
    }

    @Override
    public int receive(long nowNs) {
      throw new IllegalStateException("planted");
    }

    @Override
    public int dispatchEvents(int budget) {
      throw new IllegalStateException("planted");
    }

    @Override
    public int transmit(long nowNs) {
      throw new IllegalStateException("planted");
    }
  }
}
