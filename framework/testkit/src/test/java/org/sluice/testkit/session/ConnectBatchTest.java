package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.StackLimits;
import org.sluice.core.application.ApplicationLimits;
import org.sluice.core.runtime.WorkerLimits;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.PendingConnect;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;

/** Connects in great numbers: from many threads, listed, cancelled. */
@Timeout(60)
class ConnectBatchTest {
  private static final int THREADS = 4;
  private static final int EACH = 10_000;
  private static final int BATCH = 32;
  private static final ConnectOptions OPTIONS = ConnectOptions.of("script://127.0.0.1:7000");

  private static ScriptedWorld world(int unanswered, int messagesPerTurn) {
    StackLimits d = StackLimits.DEFAULT;
    ApplicationLimits a = d.applications();
    ApplicationLimits applications = new ApplicationLimits(
        a.maxApplications(), a.maxListeners(), a.maxWorkersPerApplication(), unanswered,
        a.maxNamespaces(), a.segmentLingerNs());
    WorkerLimits workers = new WorkerLimits(4096, messagesPerTurn, 256, 256, 256, 100_000);
    StackLimits limits = new StackLimits(d.maxSessionsPerWorker(), d.maxFlows(), d.maxSegments(), d.maxTransports(),
        d.ports(), applications, d.tx(), workers, d.sweep());
    AttachOptions options =
        ScriptedWorld.options("application", 8 << 20).with().maxConnects(unanswered).build();
    return new ScriptedWorld(1, 1, TxMode.DEQUEUE, limits, options);
  }

  private static ConnectOptions[] times(ConnectOptions options, int count) {
    ConnectOptions[] all = new ConnectOptions[count];
    Arrays.fill(all, options);
    return all;
  }

  /** A thread that connects, one by one or in batches, again where it is refused, and counts refusals. */
  private record Connecting(RecordingApplication application, int number, CountDownLatch refusedOnce)
      implements Callable<Integer> {
    @Override
    public Integer call() {
      ConnectOptions[] options = times(OPTIONS, 100);
      long[] opaques = new long[options.length];
      int refusals = 0;
      for (int begun = 0; begun < EACH && !Thread.currentThread().isInterrupted();) {
        int wanted = number % 2 == 0 ? 1 : Math.min(options.length, EACH - begun);
        for (int i = 0; i < wanted; i++) {
          opaques[i] = (long) number * EACH + begun + i;
        }
        int now = number % 2 == 0
            ? application.context().connect(OPTIONS, opaques[0]) == SessionError.NONE ? 1 : 0
            : application.context().connectAll(options, opaques, wanted);
        begun += now;
        if (now < wanted) {
          refusals++;
          refusedOnce.countDown();
          Thread.onSpinWait();
        }
      }
      return refusals;
    }
  }

  @Test
  void S21_connects_of_four_threads_are_each_begun_once_in_order_and_at_most_32_at_a_time() throws Exception {
    ScriptedWorld w = world(1 << 16, 1);
    // One refusal of each, while worker 0 stands still: what waits for it is bounded.
    CountDownLatch full = new CountDownLatch(THREADS);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Integer>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(threads.submit(new Connecting(w.application, i, full)));
      }
      full.await();
      assertThat(w.transport.calls("connect")).isZero();
      while (w.transport.calls("connect") < THREADS * EACH) {
        long before = w.transport.calls("connect");
        w.simulation.on(0, () -> w.simulation.stack().worker(0).turn());
        assertThat(w.transport.calls("connect") - before).isBetween(0L, (long) BATCH);
      }
      long refusals = 0;
      for (Future<Integer> thread : running) {
        refusals += thread.get();
      }
      assertThat(refusals).isGreaterThanOrEqualTo(THREADS);
      assertThat(w.counter("session.error.limit")).as("each refusal is counted").isEqualTo(refusals);
    } finally {
      threads.shutdownNow();
    }
    List<PendingConnect> pending = w.simulation.await(() -> w.application.context().pendingConnects());
    assertThat(pending.size()).isEqualTo(THREADS * EACH);
    for (int i = 0; i < THREADS; i++) {
      long first = (long) i * EACH;
      assertThat(pending.reversed().stream().mapToLong(PendingConnect::opaque)
          .filter(opaque -> opaque >= first && opaque < first + EACH)
          .toArray()).as("thread %d", i).isEqualTo(IntStream.range(0, EACH).mapToLong(n -> first + n).toArray());
    }
    assertThat(w.simulation.await(() -> w.application.context().cancelConnects())).isEqualTo(THREADS * EACH);
    assertThat(w.transport.live()).isZero();
    w.end();
  }

  @Test
  void S21_a_batch_stops_at_the_limit_of_connects_and_counts_that() {
    for (int worker = 0; worker < 2; worker++) {
      ScriptedWorld w = world(100, 256);
      ConnectOptions[] options = times(OPTIONS, 70);
      long[] opaques = new long[70];
      List<Integer> begun = new ArrayList<>();
      w.simulation.on(worker, () -> {
        for (int i = 0; i < 3; i++) {
          begun.add(w.application.context().connectAll(options, opaques, 70));
        }
      });
      w.run();
      assertThat(begun).containsExactly(70, 30, 0);
      assertThat(w.transport.live()).isEqualTo(100);
      assertThat(w.counter("application.connect.limit")).isEqualTo(2);
      assertThat(w.counter("session.error.limit")).isEqualTo(2);
      assertThat(w.simulation.await(() -> w.application.context().cancelConnects())).isEqualTo(100);
      w.simulation.on(0, () -> begun.add(w.application.context().connectAll(options, opaques, 1)));
      assertThat(begun).endsWith(1);
      assertThatThrownBy(() -> w.application.context().connectAll(options, opaques, 71))
          .isInstanceOf(IndexOutOfBoundsException.class);
      w.simulation.await(() -> w.application.context().detach());
      assertThat(w.application.context().connectAll(options, opaques, 1)).isEqualTo(SessionError.NOAPP.code());
      w.simulation.await(() -> w.simulation.stack().sessionLayerSwitch().disable());
      assertThat(w.application.context().connectAll(options, opaques, 1)).isEqualTo(SessionError.DISABLED.code());
      w.simulation.requireNothingLeft();
    }
  }

  @Test
  void S21_what_waits_for_worker_0_when_its_application_leaves_is_not_begun() {
    ScriptedWorld w = world(1 << 16, 1);
    w.simulation.on(1, () -> {
      assertThat(w.application.context().connectAll(times(OPTIONS, 100), new long[100], 100)).isEqualTo(100);
      CompletableFuture<?> _ = w.application.context().detach();
    });
    w.run();
    assertThat(w.transport.calls("connect")).as("of the first turn").isLessThanOrEqualTo(BATCH);
    assertThat(w.transport.calls("cleanupHalfOpen")).isEqualTo(w.transport.calls("connect"));
    assertThat(w.application.connects()).isEmpty();
    w.simulation.requireNothingLeft();
  }

  @Test
  void pending_connects_tell_apart_what_waits() {
    ScriptedWorld w = world(1 << 16, 256);
    w.takesLocalEndpoints();
    Endpoint own = Endpoint.of("192.0.2.9", 4000);
    ConnectOptions first = ConnectOptions.of("script", Endpoint.of("192.0.2.1", 7000)).withLocal(own);
    ConnectOptions second = ConnectOptions.of("script", Endpoint.of("192.0.2.2", 7000)).withLocal(own);
    long one = w.connect(first, 10).session;
    long other = w.connect(second, 11).session;
    List<PendingConnect> pending = w.simulation.await(() -> w.application.context().pendingConnects());
    assertThat(pending).extracting(PendingConnect::halfOpen).containsExactly(other, one);
    assertThat(pending).extracting(PendingConnect::opaque).containsExactly(11L, 10L);
    assertThat(pending).extracting(p -> p.local() + "->" + p.remote())
        .containsExactly("192.0.2.9:4000->192.0.2.2:7000", "192.0.2.9:4000->192.0.2.1:7000");
    assertThat(pending).allSatisfy(p -> {
      assertThat(p.protocol()).isEqualTo("script");
      assertThat(p.phase()).isEqualTo(PendingConnect.Phase.CONNECTING);
    });
    w.simulation.on(1, () -> w.transport.refuse(w.transport.halfOpens().getFirst(), SessionError.REFUSED));
    assertThat(w.simulation.await(() -> w.application.context().pendingConnects())).as("answered")
        .extracting(PendingConnect::halfOpen).containsExactly(other);
    w.simulation.on(1, () -> w.transport.delete(w.transport.halfOpens().getFirst()));
    w.end();
  }

  @Test
  void cancelling_all_takes_those_of_every_worker_that_wait_now_and_leaves_others_their_turns() {
    ScriptedWorld w = world(1 << 16, 256);
    RecordingApplication second = new RecordingApplication();
    RecordingApplication stranger = new RecordingApplication();
    ApplicationContext context = w.simulation.await(() -> w.application.context().addWorker(second));
    w.attach(stranger, "stranger");
    w.simulation.on(0, () -> {
      w.application.context().connectAll(times(OPTIONS, 1000), new long[1000], 1000);
      context.connectAll(times(OPTIONS, 1000), new long[1000], 1000);
      stranger.context().connect(OPTIONS, 1);
    });
    CompletableFuture<Integer> cancelled = w.simulation.get(1, () -> context.cancelConnects());
    w.simulation.on(0, () -> w.simulation.stack().worker(0).turn());
    assertThat(cancelled).isNotDone();
    assertThat(w.transport.calls("cleanupHalfOpen")).as("as much as a turn may").isBetween(1L, 256L);
    w.connect(OPTIONS, 5);
    w.simulation.on(1, () -> w.transport.refuse(w.transport.pending().getFirst(), SessionError.REFUSED));
    w.run();
    assertThat(cancelled).isCompletedWithValue(1999);
    assertThat(w.application.connects().size() + second.connects().size()).as("told of the one that was answered")
        .isEqualTo(1);
    assertThat(w.transport.live()).as("that one, the later one, the stranger's").isEqualTo(3);
    assertThat(w.simulation.await(() -> stranger.context().cancelConnects())).isEqualTo(1);
    w.simulation.on(0, () -> w.transport.pending().forEach(w.transport::delete));
    w.simulation.await(() -> stranger.context().detach());
    w.end();
  }

  @Test
  void a_hundred_thousand_pending_connects_are_listed_cancelled_and_gone() {
    int half = 50_000;
    ScriptedWorld w = world(2 * half, 256);
    w.takesLocalEndpoints();
    Endpoint own = Endpoint.of("192.0.2.9", 0);
    for (String server : List.of("192.0.2.1", "192.0.2.2")) {
      ConnectOptions options = ConnectOptions.of("script", Endpoint.of(server, 7000)).withLocal(own);
      long[] opaques = IntStream.range(0, half).mapToLong(i -> i).toArray();
      assertThat(w.simulation.get(0, () -> w.application.context().connectAll(times(options, half), opaques, half)))
          .isEqualTo(half);
    }
    assertThat(w.transport.live()).isEqualTo(2 * half);
    List<PendingConnect> pending = w.simulation.await(() -> w.application.context().pendingConnects());
    assertThat(pending.size()).isEqualTo(2 * half);
    assertThat(pending.stream().map(p -> p.local() + " " + p.remote()).distinct()).hasSize(2 * half);
    assertThat(w.simulation.await(() -> w.application.context().cancelConnects())).isEqualTo(2 * half);
    assertThat(w.transport.live()).isZero();
    assertThat(w.simulation.await(() -> w.application.context().pendingConnects())).isEmpty();
    assertThat(w.simulation.stack().sessions().localEndpoints().inUse()).isZero();
    assertThat(w.liveSessions()).isZero();
    w.end();
  }
}
