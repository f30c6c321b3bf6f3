package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.StackLimits;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.session.Session;

/** Coming and going in numbers: nothing grows. */
class ChurnTest {
  private static final int CYCLES = 10_000;

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void ten_thousand_cycles_of_connect_echo_and_close_leave_nothing(int dataWorkers) {
    LocalHost host = new LocalHost(dataWorkers);
    EchoServer server = new EchoServer();
    host.main(() -> host.scope.applications().attach(server, LocalHost.small("server")).join());
    CyclingClient client = new CyclingClient();
    host.main(() -> host.scope.applications().attach(client, LocalHost.small("client")).join());
    int warm = CYCLES / 2;
    client.run(host, warm);
    int segments = host.segments.size();
    int sessions = host.liveSessions();
    client.run(host, CYCLES);
    assertThat(client.echoed).isEqualTo(CYCLES);
    assertThat(client.wrong).isZero();
    assertThat(client.closed).isEqualTo(CYCLES);
    assertThat(server.closed).isEqualTo(CYCLES);
    assertThat(host.segments).as("segments are reused").hasSize(segments);
    assertThat(host.liveSessions()).as("no session is left over").isEqualTo(sessions);
    assertThat(host.fifos()).isZero();
    assertThat(host.transport.inUse()).as("the listener").isEqualTo(1);
    assertThat(host.scope.faults().count()).isZero();
    CompletableFuture<?> serverGone = host.main(() -> server.context.detach());
    CompletableFuture<?> clientGone = host.main(() -> client.context.detach());
    host.assertNothingLeft();
    assertThat(serverGone).isCompleted();
    assertThat(clientGone).isCompleted();
  }

  private static final class EchoServer implements Application {
    private ApplicationContext context;
    private int closed;

    @SuppressWarnings("NullAway.Init") // Attached before it is used.
    EchoServer() {}

    @Override
    public void onAttached(ApplicationContext given) {
      context = given;
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

  /** Connects again when its session has gone. */
  private static final class CyclingClient implements Application {
    private static final ConnectOptions TO = ConnectOptions.of(LocalHost.SERVER);
    private static final byte[] MESSAGE = new byte[100];

    private final byte[] answer = new byte[200];
    private ApplicationContext context;
    private int goal;
    private int started;
    private int echoed;
    private int wrong;
    private int closed;

    @SuppressWarnings("NullAway.Init") // Attached before it is used.
    CyclingClient() {}

    void run(LocalHost host, int upTo) {
      goal = upTo;
      host.onMain(this::next);
      host.settle();
    }

    private void next() {
      if (started < goal) {
        started++;
        context.connect(TO, started);
      }
    }

    @Override
    public void onAttached(ApplicationContext given) {
      context = given;
    }

    @Override
    public void onConnected(Session session, long opaque) {
      session.write(MESSAGE, 0, MESSAGE.length);
    }

    @Override
    public void onReadable(Session session) {
      int n = session.read(answer, 0, answer.length);
      wrong += n == MESSAGE.length ? 0 : 1;
      echoed++;
      session.close();
    }

    @Override
    public void onTransportClosed(Session session) {
      closed++;
      next();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_hundred_attaches_of_applications_that_crash_in_any_state_leave_nothing(boolean throwing) {
    for (int dataWorkers : new int[] {0, 2}) {
      LocalHost host = new LocalHost(dataWorkers, StackLimits.DEFAULT, 1000, 11);
      host.runtime.tolerateFaults();
      SplittableRandom random = new SplittableRandom(5);
      Probe steady = host.server("steady");
      steady.onDisconnected = Session::close;
      steady.onReset = Session::close;
      int sessions = host.liveSessions();
      for (int i = 0; i < 100; i++) {
        Probe crashing = new Probe("crashing");
        host.attach(crashing);
        if (throwing) {
          crashing.throwing.add("everywhere");
        }
        host.listen(crashing, "ct://0.0.0.0:8");
        int connects = random.nextInt(1, 5);
        for (int c = 0; c < connects; c++) {
          host.connect(crashing, 0);
          host.main(() -> steady.context().connect("ct://127.0.0.1:8", 0));
        }
        int steps = random.nextInt(0, 60);
        for (int s = 0; s < steps && host.runtime.step(); s++) {
          act(host, crashing, random);
        }
        host.detach(crashing);
        assertThat(host.fifos()).as("cycle %d", i).isZero();
        assertThat(host.liveSessions()).as("cycle %d: %s", i, host.console()).isEqualTo(sessions);
        assertThat(steady.segments).as("cycle %d", i).isEmpty();
        steady.log.clear();
        steady.sessions.clear();
      }
      assertThat(host.scope.faults().count() > 0).isEqualTo(throwing);
      host.detach(steady);
      host.assertNothingLeft();
    }
  }

  private static void act(LocalHost host, Probe probe, SplittableRandom random) {
    if (probe.sessions.isEmpty()) {
      return;
    }
    Session session = probe.sessions.get(random.nextInt(probe.sessions.size()));
    if (session.handle() < 0) {
      return;
    }
    host.at(session, () -> {
      switch (random.nextInt(6)) {
        case 0 -> Probe.write(session, "x");
        case 1 -> session.shutdown();
        case 2 -> session.close();
        case 3 -> session.reset();
        case 4 -> Probe.read(session);
        default -> {
          // Nothing this time.
        }
      }
    });
  }

  @Test
  void handles_of_applications_and_listeners_are_reused_under_new_generations() {
    LocalHost host = new LocalHost(0);
    long previousApplication = -1;
    long previousListener = -1;
    for (int i = 0; i < 100; i++) {
      Probe server = new Probe("server");
      host.attach(server);
      long listener = host.listen(server, LocalHost.LISTEN);
      assertThat(server.context().handle()).isNotEqualTo(previousApplication);
      assertThat(listener).isNotEqualTo(previousListener);
      previousApplication = server.context().handle();
      previousListener = listener;
      host.detach(server);
    }
    host.assertNothingLeft();
  }
}
