package org.sluice.plugin.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sluice.core.Stack;
import org.sluice.core.ip.IpLimits;
import org.sluice.core.runtime.StackWorker;
import org.sluice.plugin.afxdp.kernel.KernelException;
import org.sluice.plugin.afxdp.kernel.Linux;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Timer;

/**
 * Sockets of the kernel flood the card with datagrams that nobody wants. Meanwhile a transfer arrives, a ping is
 * answered, and the worker answers others and keeps its time, which is measured in its turns.
 */
class KernelOverloadTest {
  private static final int PORT = 8;
  private static final int SENDERS = 2;
  private static final int DATAGRAMS = 100_000;
  private static final int BYTES = 4 << 20;
  /** Of the timers. */
  private static final long TICK_NS = 100_000;
  private static final long PATIENCE_SECONDS = 60;

  private volatile boolean over;

  /**
   * Looks at each turn of a worker from within: by a control that posts itself anew, and by a timer that is armed
   * always. In a turn packets come first, then controls, then timers.
   */
  private final class TurnWatch {
    final CompletableFuture<Boolean> done = new CompletableFuture<>();
    long mostReceived;
    long mostTurnsOfControl;
    long mostTurnsOfTimer;
    private final StackWorker worker;
    private final Counter received;
    private final ControlSlot control;
    private final Timer timer;
    private long turn;
    private long receivedBefore;
    /** The first turn that found the timer due; 0 while none has. */
    private long dueTurn;

    TurnWatch(Stack stack) {
      worker = stack.worker(0);
      received = counter(stack, "stack.link.received");
      control = worker.newControlSlot(this::look);
      timer = worker.newTimer(_ -> expired());
    }

    /** On the worker. */
    boolean begin() {
      turn = worker.turnCount() / 2;
      receivedBefore = received.value();
      timer.schedule(worker.nowNs());
      return control.post();
    }

    private void look() {
      long now = worker.turnCount() / 2;
      mostTurnsOfControl = Math.max(mostTurnsOfControl, now - turn);
      mostReceived = Math.max(mostReceived, received.value() - receivedBefore);
      turn = now;
      receivedBefore = received.value();
      if (dueTurn == 0 && worker.nowNs() - timer.deadlineNs() >= TICK_NS) {
        dueTurn = now;
      }
      if (over) {
        timer.cancel();
        done.complete(true);
      } else {
        control.post();
      }
    }

    private void expired() {
      mostTurnsOfTimer = Math.max(mostTurnsOfTimer, dueTurn == 0 ? 1 : worker.turnCount() / 2 - dueTurn + 1);
      dueTurn = 0;
      timer.schedule(worker.nowNs() + TICK_NS);
    }
  }

  /** Begins the flood when the connection is there; the digest of what came. */
  private static String download(StackOnVeth host, Runnable flood) throws KernelException {
    return new Linux().within(host.pair.b().place(), () -> {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(StackOnVeth.ADDRESS, PORT), StackOnVeth.PATIENCE_MS);
        socket.setSoTimeout(StackOnVeth.PATIENCE_MS);
        flood.run();
        socket.getOutputStream().write(1);
        return Payload.read(socket.getInputStream());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    });
  }

  private static Counter counter(Stack stack, String name) {
    List<Counter> found = new ArrayList<>();
    stack.counters().forEach((full, counter) -> {
      if (full.equals(name)) {
        found.add(counter);
      }
    });
    return found.getFirst();
  }

  /** Sends until {@link #over}, from a thread of its own; returns how many. */
  private FutureTask<Integer> flood(StackOnVeth host) {
    FutureTask<Integer> sender = new FutureTask<>(() -> new Linux().within(host.pair.b().place(), () -> {
      try (DatagramChannel channel = DatagramChannel.open()) {
        InetSocketAddress to = new InetSocketAddress(StackOnVeth.ADDRESS, 9);
        ByteBuffer bytes = ByteBuffer.allocateDirect(18);
        int sent = 0;
        while (sent < DATAGRAMS || !over) {
          sent += channel.send(bytes.clear(), to) > 0 ? 1 : 0;
        }
        return sent;
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }));
    Thread.ofPlatform().daemon().start(sender);
    return sender;
  }

  @Test
  void a_flood_starves_neither_a_transfer_nor_a_ping_nor_controls_nor_timers() throws Exception {
    try (StackOnVeth host = StackOnVeth.make(1, 1500, 0, "rx-ring=256")) {
      Payload sent = new Payload(BYTES);
      host.serve(sent.new Source(), PORT);
      TurnWatch watch = new TurnWatch(host.stack);
      List<FutureTask<Integer>> senders = new ArrayList<>();
      try {
        assertThat(host.stack.workers().query(0, watch::begin).get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(download(host, () -> {
          while (senders.size() < SENDERS) {
            senders.add(flood(host));
          }
        })).isEqualTo(sent.digest());
        assertThat(host.pair.b().run("ping", "-c", "5", "-w", "20", "-i", "0.01", StackOnVeth.ADDRESS))
            .contains(" 5 received");
        assertThat(senders).as("it went on all the time").noneMatch(FutureTask::isDone);
      } finally {
        over = true;
      }
      for (FutureTask<Integer> one : senders) {
        assertThat(one.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(DATAGRAMS);
      }
      assertThat(watch.done.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(watch.mostReceived).as("packets of one turn").isLessThanOrEqualTo(IpLimits.DEFAULT.packetsPerQueue());
      assertThat(watch.mostTurnsOfControl).as("turns until a control is run").isLessThanOrEqualTo(1);
      assertThat(watch.mostTurnsOfTimer).as("turns until a timer that is due is fired").isEqualTo(1);
      assertAccountedFor(host);
    }
  }

  /** Each packet was received by the stack, or found no chunk to be put in, or no place in the ring. */
  private static void assertAccountedFor(StackOnVeth host) {
    Counter received = counter(host.stack, "stack.link.received");
    long sent;
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    long dropped;
    do {
      sent = Long.parseLong(host.pair.b().run("cat", "/sys/class/net/slb/statistics/tx_packets").strip());
      long[] statistics = host.statistics();
      dropped = statistics[0] + statistics[3];
    } while (received.value() + dropped != sent && System.nanoTime() - deadlineNs < 0);
    assertThat(received.value() + dropped).isEqualTo(sent);
    assertThat(dropped).as("it was too much").isPositive();
  }
}
