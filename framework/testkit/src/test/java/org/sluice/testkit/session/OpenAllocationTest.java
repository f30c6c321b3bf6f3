package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.runtime.StackWorker;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.SessionRecord;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.runtime.AllocatedBytes;

/** The steady coming and going of sessions of a network transport: no heap per connect or accept, and close. */
class OpenAllocationTest {
  private static final int CYCLES = 3_000;

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void connects_accepts_and_closes_allocate_nothing(int worker) {
    openAndClose(worker, null);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void A22_records_of_closed_sessions_allocate_nothing(int worker) {
    CountingCollector collector = new CountingCollector();
    int opened = openAndClose(worker, collector);
    assertThat(collector.records).isEqualTo(opened);
  }

  private static int openAndClose(int worker, @Nullable CountingCollector collector) {
    Simulation simulation = new Simulation(1, worker);
    TestHost host = simulation.host("pairs", Map.of());
    PairTransport transport = new PairTransport(host.sessions(), worker);
    simulation.await(() -> host.scope().registerTransport(transport));
    ClosingApplication application = new ClosingApplication();
    simulation.await(() -> host.applications().attach(application, ScriptedWorld.options("closes", 1 << 20)));
    simulation.await(() -> application.context.listen("pair://127.0.0.1:80"));
    if (collector != null) {
      simulation.await(() -> host.applications().attach(collector, ScriptedWorld.options("collects", 1 << 20).with()
          .flags(AttachOptions.Flag.EVENT_COLLECTOR).build()));
    }
    StackWorker main = simulation.stack().worker(0);
    StackWorker data = simulation.stack().worker(worker);
    int[] rounds = {0};
    long least = AllocatedBytes.leastOf(() -> {
      rounds[0]++;
      for (int i = 0; i < CYCLES; i++) {
        main.enter();
        application.connect();
        main.exit();
        data.enter();
        transport.answer();
        data.exit();
        while (transport.inUse > 0) {
          main.turn();
          data.turn();
        }
      }
    });
    // The records of the last ends are given in the next turn.
    data.turn();
    assertThat(application.opened).as("both ends").isEqualTo(2 * rounds[0] * CYCLES);
    assertThat(application.failed).isZero();
    assertThat(least).as("heap bytes for %d connects and accepts", CYCLES).isZero();
    return application.opened;
  }

  private static final class CountingCollector implements Application {
    private int records;

    @Override
    public void onSessionRecord(SessionRecord record) {
      records += record.durationNs() >= 0 ? 1 : 0;
    }
  }

  private static final class ClosingApplication implements Application {
    private static final ConnectOptions TO = ConnectOptions.of("pair://127.0.0.1:80");

    private ApplicationContext context;
    private int opened;
    private int failed;

    @SuppressWarnings("NullAway.Init") // Attached before it is used.
    ClosingApplication() {}

    void connect() {
      failed += context.connect(TO, 0) == SessionError.NONE ? 0 : 1;
    }

    @Override
    public void onAttached(ApplicationContext given) {
      context = given;
    }

    @Override
    public AcceptDecision onAccept(Session session) {
      opened++;
      session.close();
      return AcceptDecision.ACCEPT;
    }

    @Override
    public void onConnected(Session session, long opaque) {
      opened++;
      session.close();
    }

    @Override
    public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
      failed++;
    }
  }

  /** One connection at a time, both ends of which are sessions of one worker; its objects are reused. */
  private static final class PairTransport implements TransportVft {
    private static final class End extends TransportConnection {
      private int generation;

      void begin(int worker, int slot, int protocolId) {
        reuse(Handle.of(worker, slot, ++generation), protocolId);
      }
    }

    private final SessionLayer sessions;
    private final int worker;
    private final End listener = new End();
    private final End halfOpen = new End();
    private final End client = new End();
    private final End server = new End();
    private int protocolId;
    private int inUse;

    PairTransport(SessionLayer sessions, int worker) {
      this.sessions = sessions;
      this.worker = worker;
    }

    @Override
    public TransportDescriptor descriptor() {
      return new TransportDescriptor("pair", "P", ServiceType.VIRTUAL_CIRCUIT, TxMode.INTERNAL);
    }

    @Override
    public void enable(int id) {
      protocolId = id;
    }

    @Override
    public long startListen(long session, EndpointConfig config) {
      listener.begin(0, 0, protocolId);
      listener.endpoints(config);
      listener.sessionHandle(session);
      return listener.handle();
    }

    @Override
    public void stopListen(long transportListener) {}

    @Override
    public long connect(long session, EndpointConfig config) {
      halfOpen.begin(0, 1, protocolId);
      halfOpen.endpoints(config);
      halfOpen.local(0, IpAddress.IP4_MAPPED | 0x7f000001, 9000);
      halfOpen.sessionHandle(session);
      return halfOpen.handle();
    }

    /** Makes both ends. On their worker. */
    void answer() {
      client.begin(worker, 2, protocolId);
      client.endpointsOf(halfOpen);
      server.begin(worker, 3, protocolId);
      server.endpointsOfPeer(halfOpen);
      inUse = 2;
      sessions.connectNotify(halfOpen.sessionHandle(), client, 0);
      sessions.halfOpenDeleteNotify(halfOpen.sessionHandle());
      sessions.streamAccept(server, listener.sessionHandle());
      sessions.acceptNotify(server);
    }

    @Override
    public void close(TransportConnection connection) {
      inUse--;
      sessions.closedNotify(connection);
      sessions.deleteNotify(connection);
    }

    @Override
    public void cleanup(TransportConnection connection) {}

    @Override
    public @Nullable TransportConnection connection(long connection) {
      return connection == halfOpen.handle() ? halfOpen : null;
    }

    @Override
    public @Nullable TransportConnection listener(long transportListener) {
      return listener;
    }
  }
}
