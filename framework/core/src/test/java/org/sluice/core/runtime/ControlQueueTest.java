package org.sluice.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sluice.spi.runtime.ControlSlot;

class ControlQueueTest {

  private final WorkerSet workers = WorkerSet.builder().clock(new TestClock(0)).build();
  private final StackWorker worker = workers.worker(0);
  private final List<String> ran = new ArrayList<>();

  @AfterEach
  void close() {
    workers.close();
  }

  @Test
  void slots_runInTheOrderOfTheirPosts() {
    ControlSlot a = worker.newControlSlot(() -> ran.add("a"));
    ControlSlot b = worker.newControlSlot(() -> ran.add("b"));
    ControlSlot c = worker.newControlSlot(() -> ran.add("c"));

    c.post();
    a.post();
    b.post();
    worker.turn();

    assertThat(ran).containsExactly("c", "a", "b");
  }

  @Test
  void slotOnItsWay_isDeliveredOnce() {
    ControlSlot slot = worker.newControlSlot(() -> ran.add("ran"));

    assertThat(slot.post()).isTrue();
    assertThat(slot.post()).isFalse();
    worker.turn();
    worker.turn();

    assertThat(ran).containsExactly("ran");
    assertThat(slot.post()).isTrue();
  }

  @Test
  void slotPostedByItsOwnTask_runsAgain_andDoesNotHoldUpTheTurn() {
    ControlSlot[] slot = new ControlSlot[1];
    slot[0] =
        worker.newControlSlot(
            () -> {
              ran.add("ran");
              slot[0].post();
            });

    slot[0].post();
    worker.turn();

    assertThat(ran).hasSize(WorkerLimits.DEFAULT.controlPerTurn());
    assertThat(worker.idleNs(0)).isZero();
  }

  @Test
  void moreSlotsThanATurnServes_keepTheirOrderOverTurns() {
    int count = WorkerLimits.DEFAULT.controlPerTurn() + 10;
    List<String> posted = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = "slot " + i;
      worker.newControlSlot(() -> ran.add(name)).post();
      posted.add(name);
    }

    worker.turn();
    worker.newControlSlot(() -> ran.add("last")).post();
    posted.add("last");
    worker.turn();

    assertThat(ran).isEqualTo(posted);
  }

  @Test
  void fullMailbox_doesNotKeepASlotAway() {
    while (workers.newPort((on, kind, handle, argument) -> {}).send(0, 0, 0, 0)) {}

    assertThat(worker.newControlSlot(() -> ran.add("ran")).post()).isTrue();
    worker.turn();

    assertThat(ran).containsExactly("ran");
  }

  @Test
  void posts_allocateNothing() {
    int[] count = new int[1];
    ControlSlot slot = worker.newControlSlot(() -> count[0]++);

    Allocations.assertNone(
        () -> {
          for (int i = 0; i < 20_000; i++) {
            slot.post();
            worker.turn();
          }
        });
    assertThat(count[0]).isGreaterThanOrEqualTo(20_000);
  }
}
