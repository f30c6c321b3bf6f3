package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.sluice.core.Stack;
import org.sluice.core.runtime.StackWorker;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.session.Session;
import org.sluice.testkit.runtime.AllocatedBytes;

/** The steady data path: no heap. */
class DataPathTest {
  private static final int MESSAGE_BYTES = 32;
  private static final int ROUND_TRIPS = 50_000;

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
    long least;
    worker.enter();
    try {
      least = AllocatedBytes.leastOf(() -> {
        client.left = ROUND_TRIPS;
        client.send();
        while (client.left > 0) {
          worker.turn();
        }
      });
    } finally {
      worker.exit();
    }
    assertThat(server.wrong + client.wrong).isZero();
    assertThat(least).as("heap bytes for %d round trips", ROUND_TRIPS).isZero();
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
