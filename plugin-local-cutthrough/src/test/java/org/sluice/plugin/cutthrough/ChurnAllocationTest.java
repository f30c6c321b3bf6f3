package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.runtime.StackWorker;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.testkit.runtime.AllocatedBytes;

/** The steady coming and going of sessions: no heap per connect, echo and close. */
class ChurnAllocationTest {
  private static final int CYCLES = 5_000;
  private static final int SIMULTANEOUS = 8;

  /** Connects come from worker 0, or from the callbacks of the sessions' worker. */
  @ParameterizedTest
  @CsvSource({"0, false", "2, false", "0, true", "2, true"})
  void connect_echo_and_close_allocate_nothing(int dataWorkers, boolean fromCallbacks) {
    LocalHost host = new LocalHost(dataWorkers);
    EchoServer server = new EchoServer();
    EchoClient client = new EchoClient(fromCallbacks);
    host.main(() -> host.scope.applications().attach(server, LocalHost.small("server")).join());
    host.main(() -> host.scope.applications().attach(client, LocalHost.small("client")).join());
    long least = AllocatedBytes.leastOf(() -> run(host, server, client, CYCLES));

    assertThat(client.wrong).isZero();
    assertThat(client.echoed).isEqualTo(client.goal);
    assertThat(server.closed).isEqualTo(client.goal);
    assertThat(least).as("heap bytes for %d cycles of connect, echo and close", CYCLES).isZero();
  }

  /** Worker 0 connects, several at a time, and all workers turn until as many have come and gone. */
  private static void run(LocalHost host, EchoServer server, EchoClient client, int cycles) {
    int workers = host.stack.workers().count();
    StackWorker main = host.stack.worker(0);
    client.goal += cycles;
    while (Math.min(client.closed, server.closed) < client.goal) {
      main.enter();
      while (client.started < client.goal && client.started - client.closed < SIMULTANEOUS) {
        client.connect();
      }
      main.exit();
      for (int i = 0; i < workers; i++) {
        host.stack.worker(i).turn();
      }
    }
  }

  private static final class EchoServer implements Application {
    private int closed;

    @Override
    public void onAttached(ApplicationContext given) {
      given.listen(LocalHost.LISTEN).join();
    }

    @Override
    public void onReadable(Session session) {
      session.transferTo(session, Integer.MAX_VALUE);
    }

    @Override
    public void onTransportClosed(Session session) {
      closed++;
    }
  }

  private static final class EchoClient implements Application {
    private static final ConnectOptions TO = ConnectOptions.of(LocalHost.SERVER);
    private static final byte[] MESSAGE = new byte[100];

    private final byte[] answer = new byte[200];
    private final boolean connectsAgain;
    private ApplicationContext context;
    private int goal;
    private int started;
    private int echoed;
    private int closed;
    private int wrong;

    @SuppressWarnings("NullAway.Init") // Attached before it is used.
    EchoClient(boolean connectsAgain) {
      this.connectsAgain = connectsAgain;
    }

    void connect() {
      started++;
      wrong += context.connect(TO, started) == SessionError.NONE ? 0 : 1;
    }

    @Override
    public void onAttached(ApplicationContext given) {
      context = given;
    }

    @Override
    public void onConnected(Session session, long opaque) {
      wrong += session.write(MESSAGE, 0, MESSAGE.length) == MESSAGE.length ? 0 : 1;
    }

    @Override
    public void onReadable(Session session) {
      wrong += session.read(answer, 0, answer.length) == MESSAGE.length ? 0 : 1;
      echoed++;
      session.close();
    }

    @Override
    public void onTransportClosed(Session session) {
      closed++;
      if (connectsAgain && started < goal) {
        connect();
      }
    }
  }
}
