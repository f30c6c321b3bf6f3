package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.sluice.core.Stack;
import org.sluice.core.runtime.StackWorker;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.session.Session;

/** The steady data path: no heap, and how long a round trip takes (printed, not asserted). */
class DataPathTest {
  private static final int MESSAGE_BYTES = 32;
  private static final int ROUND_TRIPS = 200_000;

  @Test
  void messages_between_two_sessions_allocate_nothing() {
    LocalHost host = new LocalHost(0);
    Bouncer server = new Bouncer();
    Bouncer client = new Bouncer();
    host.main(() -> host.scope.applications().attach(server, LocalHost.small("server")).join());
    host.main(() -> host.scope.applications().attach(client, LocalHost.small("client")).join());
    host.onMain(() -> {
      server.context.listen(LocalHost.LISTEN).join();
      client.context.connect(LocalHost.SERVER, 0);
    });
    host.settle();
    Stack stack = host.stack;
    StackWorker worker = stack.worker(0);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = Long.MAX_VALUE;
    double nanos = Double.MAX_VALUE;
    worker.enter();
    try {
      // The first rounds warm up; allocation is that of the last round, time that of the best.
      for (int round = 0; round < 10; round++) {
        client.left = ROUND_TRIPS;
        client.send();
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        while (client.left > 0) {
          worker.turn();
        }
        nanos = Math.min(nanos, (double) (System.nanoTime() - start) / ROUND_TRIPS);
        allocated = threads.getCurrentThreadAllocatedBytes() - bytes;
      }
    } finally {
      worker.exit();
    }
    System.out.printf("round trip of %d bytes on one worker, by callbacks: %.0f ns%n", MESSAGE_BYTES, nanos);
    assertThat(server.wrong + client.wrong).isZero();
    assertThat(allocated).as("heap bytes for %d round trips", ROUND_TRIPS).isLessThan(ROUND_TRIPS / 100);
  }

  /** Answers each message with a message. */
  private static final class Bouncer implements Application {
    private final MemorySegment message = Arena.ofAuto().allocate(MESSAGE_BYTES);
    private ApplicationContext context;
    private Session session;
    private boolean first;
    private int left;
    private int wrong;

    @SuppressWarnings("NullAway.Init") // Attached and connected before it is used.
    Bouncer() {}

    void send() {
      wrong += session.write(message, 0, MESSAGE_BYTES) == MESSAGE_BYTES ? 0 : 1;
    }

    @Override
    public void onAttached(ApplicationContext given) {
      context = given;
    }

    @Override
    public void onConnected(Session connected, long opaque) {
      session = connected;
      first = true;
    }

    @Override
    public void onReadable(Session readable) {
      wrong += readable.read(message, 0, MESSAGE_BYTES) == MESSAGE_BYTES ? 0 : 1;
      if (first && --left <= 0) {
        return;
      }
      wrong += readable.write(message, 0, MESSAGE_BYTES) == MESSAGE_BYTES ? 0 : 1;
    }
  }
}
