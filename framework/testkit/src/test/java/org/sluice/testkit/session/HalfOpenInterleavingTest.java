package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.sluice.core.StackLimits;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.session.SessionAdmin;
import org.sluice.core.session.SessionCore;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.TransportTrait;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.runtime.InterleavingScheduler;
import org.sluice.testkit.transport.ScriptedConnection;

/**
 * Explores the life of a half-open, one access at a time: two workers report its answer and its end, in time and too
 * late, while worker 0 cancels it, delivers, and gives its slot to the next connect.
 */
class HalfOpenInterleavingTest {
  private static final int SEEDS = 2_000;
  private static final AttachOptions SMALL = ScriptedWorld.options("application", 256 << 10).with()
      .eventQueueEvents(64).fifoBytes(4 << 10, 4 << 10).build();

  @Test
  void reports_meet_cancels_clears_and_the_next_connect_at_any_moment() {
    InterleavingScheduler.explore(SEEDS, scheduler -> new Race(scheduler, false, false).run());
  }

  @Test
  void the_same_while_the_half_open_moves_to_another_worker() {
    InterleavingScheduler.explore(SEEDS, scheduler -> new Race(scheduler, true, false).run());
  }

  @Test
  void the_same_while_the_application_leaves() {
    InterleavingScheduler.explore(SEEDS, scheduler -> new Race(scheduler, scheduler.seed() % 2 == 0, true).run());
  }

  @Test
  void flow_belongs_to_its_half_open_or_to_its_session_at_every_moment_of_the_answer() {
    InterleavingScheduler.explore(SEEDS / 10, scheduler -> {
      ScriptedWorld w = new ScriptedWorld(scheduler.seed(), 2, TxMode.DEQUEUE, StackLimits.DEFAULT, SMALL);
      ScriptedConnection halfOpen = w.connect(1);
      scheduler.actor("answer", self -> as(w, 1, worker -> w.transport.answer(halfOpen, w.worker(1))));
      scheduler.actor("packets", self -> as(w, 2, worker -> {
        FlowKey key = new FlowKey().set(halfOpen);
        LookupResult result = new LookupResult();
        for (int i = 0; i < 100; i++) {
          w.host.sessions().lookup(key, result);
          assertThat(result.kind()).isIn(LookupResult.Kind.HALF_OPEN, LookupResult.Kind.OTHER_WORKER);
          self.step("looked up");
        }
      }));
      scheduler.run();
      w.run();
      assertThat(w.application.connects()).containsExactly("connected 1");
    });
  }

  @Test
  void flow_is_a_half_open_until_it_is_nothing_or_a_session_at_every_moment_of_a_cancel() {
    InterleavingScheduler.explore(SEEDS / 5, scheduler -> {
      ScriptedWorld w = new ScriptedWorld(scheduler.seed(), 2, TxMode.DEQUEUE, StackLimits.DEFAULT, SMALL);
      ScriptedConnection halfOpen = w.connect(1);
      Set<LookupResult.Kind> found = EnumSet.noneOf(LookupResult.Kind.class);
      scheduler.actor("cancel", self -> as(w, 0, worker ->
          w.simulation.stack().sessionCore().halfOpens().cancel(halfOpen.session, null)));
      scheduler.actor("report", self -> as(w, 1, worker -> {
        if (scheduler.seed() % 2 == 0) {
          w.transport.answer(halfOpen, w.worker(1));
        }
        w.transport.delete(halfOpen);
      }));
      scheduler.actor("packets", self -> as(w, 2, worker -> {
        FlowKey key = new FlowKey().set(halfOpen);
        LookupResult result = new LookupResult();
        for (int i = 0; i < 100; i++) {
          w.host.sessions().lookup(key, result);
          found.add(result.kind());
          self.step("looked up");
        }
      }));
      scheduler.run();
      w.run();
      boolean answered = w.application.connects().contains("connected 1");
      assertThat(found).isSubsetOf(
          LookupResult.Kind.HALF_OPEN, answered ? LookupResult.Kind.OTHER_WORKER : LookupResult.Kind.NONE);
      w.end();
    });
  }

  @Test
  void S13_a_detach_with_several_pending_connects_frees_each_and_its_port_whatever_is_reported_meanwhile() {
    ConnectOptions options = ConnectOptions.of("script", Endpoint.of("192.0.2.1", 7000))
        .withLocal(Endpoint.of("192.0.2.9", 0));
    InterleavingScheduler.explore(SEEDS / 5, scheduler -> {
      SplittableRandom random = new SplittableRandom(scheduler.seed());
      ScriptedWorld w = new ScriptedWorld(scheduler.seed(), 2, TxMode.DEQUEUE, StackLimits.DEFAULT, SMALL);
      w.takesLocalEndpoints();
      for (int i = 0; i < 4; i++) {
        w.connect(options, i);
      }
      List<ScriptedConnection> halfOpens = w.transport.halfOpens();
      List<ScriptedConnection> made = new ArrayList<>();
      scheduler.actor("leaves", self -> as(w, 0, worker -> {
        CompletableFuture<?> _ = w.application.context().detach();
      }));
      for (int index = 1; index <= 2; index++) {
        int number = index;
        int[] plan = random.ints(2, 0, 3).toArray();
        scheduler.actor("reports " + index, self -> as(w, number, worker -> {
          for (int i = 0; i < 2; i++) {
            ScriptedConnection halfOpen = halfOpens.get(2 * (number - 1) + i);
            switch (plan[i]) {
              case 0 -> made.add(w.transport.answer(halfOpen, w.worker(number)));
              case 1 -> w.transport.refuse(halfOpen, SessionError.REFUSED);
              default -> w.transport.requestDeleteOf(halfOpen);
            }
          }
        }));
      }
      scheduler.run();
      w.run();
      halfOpens.forEach(halfOpen -> w.simulation.on(2, () -> w.transport.delete(halfOpen)));
      made.stream().filter(c -> c.session >= 0)
          .forEach(c -> w.simulation.on(c.workerIndex(), () -> w.transport.deleted(c)));
      w.run();
      assertThat(w.application.connects()).isEmpty();
      assertThat(w.transport.live()).isZero();
      w.simulation.requireNothingLeft();
    });
  }

  private static void as(ScriptedWorld w, int index, Consumer<StackWorker> acts) {
    StackWorker worker = w.simulation.stack().worker(index);
    worker.enter();
    try {
      acts.accept(worker);
    } finally {
      worker.exit();
    }
  }

  private static final class Race {
    private static final long FIRST = 1;
    private static final long SECOND = 2;

    private final InterleavingScheduler scheduler;
    private final boolean moves;
    private final boolean leaves;
    private final SplittableRandom random;
    private final ScriptedWorld w;
    private final SessionCore core;
    private final ScriptedConnection first;
    private @Nullable ScriptedConnection second;
    private final List<String> reports = new ArrayList<>();
    private int taken;
    private int deletes;
    private boolean cancelled;
    private boolean cleared;
    private boolean left;
    private int freesAsked;
    private int freesRun;

    Race(InterleavingScheduler scheduler, boolean moves, boolean leaves) {
      this.scheduler = scheduler;
      this.moves = moves;
      this.leaves = leaves;
      random = new SplittableRandom(scheduler.seed());
      TransportTrait[] traits = moves ? new TransportTrait[] {TransportTrait.NO_LOOKUP} : new TransportTrait[0];
      w = new ScriptedWorld(scheduler.seed(), 2, TxMode.DEQUEUE, StackLimits.DEFAULT, SMALL, traits);
      core = w.simulation.stack().sessionCore();
      first = w.connect(FIRST);
      if (moves) {
        w.simulation.on(0, () -> core.layer().halfOpenMigrate(first.session));
      }
    }

    void run() {
      for (int worker = 0; worker < 3; worker++) {
        int index = worker;
        int[] plan = random.ints(random.nextInt(1, 4), 0, 5).toArray();
        scheduler.actor("worker " + index, self -> as(w, index, own -> act(own, plan)));
      }
      scheduler.run();
      w.run();
      assertThat(taken).as("answers that were taken: %s", reports).isLessThanOrEqualTo(1);
      String cleanup = "cleanupHalfOpen " + Handle.text(first.handle());
      assertThat(w.transport.calls().stream().filter(cleanup::equals).count()).as("cleanups")
          .isBetween(cancelled && !moves ? 1L : 0L, moves ? 0L : 1L);
      if (!left) {
        checkFirst();
        checkSecond();
      }
      finish();
    }

    private void act(StackWorker worker, int[] plan) {
      for (int what : plan) {
        if (worker.index() == 0) {
          own(worker, what);
        } else {
          report(worker.index(), what);
        }
      }
      worker.turn();
    }

    /** What worker 0 does. */
    private void own(StackWorker worker, int what) {
      switch (what) {
        case 0 -> worker.turn();
        case 1 -> clear();
        case 2 -> connectAgain();
        default -> {
          if (leaves) {
            leave();
          } else {
            cancelled |= core.halfOpens().cancel(first.session, null) == SessionError.NONE;
            connectAgain();
          }
        }
      }
    }

    private void clear() {
      SessionAdmin sessions = core.worker(0).admin();
      cleared |= sessions.view(first.session) != null
          && sessions.clear(Handle.slot(first.session)) == SessionError.NONE;
    }

    /** The next connect; it has the slot of the first when that is free. */
    private void connectAgain() {
      if (second == null && !left) {
        w.application.context().connect("script://127.0.0.1:" + ScriptedWorld.PORT, SECOND);
        second = w.transport.lastHalfOpen();
      }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // It completes in turns to come.
    private void leave() {
      if (!left) {
        left = true;
        w.application.context().detach();
      }
    }

    /** What a transport reports, from any worker. */
    private void report(int index, int what) {
      switch (what) {
        case 0 -> report("answer", w.transport.answer(first, w.worker(index)).session >= 0);
        case 1 -> report("refuse", w.transport.refuse(first, SessionError.REFUSED) == 0);
        case 2 -> {
          deletes++;
          w.transport.delete(first);
        }
        case 3 -> {
          deletes++;
          freesAsked++;
          core.layer().halfOpenDeleteRequest(first.session, () -> freesRun++);
        }
        default -> {
          if (moves) {
            w.transport.arrive(first, w.worker(index));
          }
        }
      }
    }

    private void report(String what, boolean effective) {
      reports.add(what);
      taken += effective ? 1 : 0;
    }

    private void checkFirst() {
      List<String> told = told(FIRST);
      boolean ended = deletes > 0 || cleared;
      if (cancelled) {
        assertThat(told).as("told of a connect that was cancelled").isEmpty();
        assertThat(taken).as("answers to a cancelled connect").isZero();
      } else {
        boolean answered = ended || !reports.isEmpty();
        assertThat(told.stream().filter(t -> !t.startsWith("half-open"))).as("results").hasSize(answered ? 1 : 0);
        assertThat(told.stream().filter(t -> t.startsWith("half-open"))).as("goodbyes").hasSize(ended ? 1 : 0);
        boolean reported = told.contains("connected 1") || told.contains("failed REFUSED 1");
        assertThat(taken).as("answers that were taken; told: %s", told).isEqualTo(reported ? 1 : 0);
      }
      boolean there = w.simulation.get(0, () -> core.worker(0).admin().view(first.session) != null);
      assertThat(there).as("the first half-open is there").isEqualTo(!ended && !cancelled);
    }

    /** The next connect knows nothing of what was reported of the first, whether it has its slot or not. */
    private void checkSecond() {
      ScriptedConnection next = second;
      if (next == null) {
        return;
      }
      assertThat(told(SECOND)).as("told of the second connect").isEmpty();
      ScriptedConnection made = w.simulation.get(1, () -> w.transport.answer(next, w.worker(1)));
      assertThat(made.session).as("the second connect is answered").isNotNegative();
      w.simulation.on(2, () -> w.transport.delete(next));
      w.run();
      assertThat(told(SECOND)).as("told of the second connect")
          .containsExactlyInAnyOrder("connected 2", "half-open gone 2");
    }

    private void finish() {
      w.simulation.on(2, () -> w.transport.delete(first));
      w.run();
      assertThat(freesRun).as("each free runs once").isEqualTo(freesAsked);
      assertThat(told(FIRST)).as("told of the first connect").doesNotHaveDuplicates();
      assertThat(w.counter("session.illegal-transition")).as("illegal transitions").isZero();
      if (left) {
        w.simulation.await(w.host::revoke);
        w.simulation.requireNothingLeft();
      } else {
        w.end();
      }
    }

    private List<String> told(long opaque) {
      return w.application.connects().stream().filter(t -> t.endsWith(" " + opaque)).toList();
    }
  }
}
