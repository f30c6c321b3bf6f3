package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.DatagramAddress;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.SendParams;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.runtime.AllocatedBytes;

/** Datagrams in and out of a listener's session: lookup, choice of the session, read, answer, send. */
class DatagramAllocationTest {
  private static final int BYTES = 1000;
  private static final int DATAGRAMS = 4_000;
  private static final int PEERS = 64;

  @Test
  void S29_datagrams_allocate_nothing() {
    try (Stack stack = Stack.builder().build()) {
      PluginScope scope = stack.scope("test");
      QuietDatagrams transport = new QuietDatagrams(stack.sessions());
      stack.worker(0).enter();
      scope.registerTransport(transport).join();
      AttachOptions options = AttachOptions.named("server").with().scopes(Scope.GLOBAL).build();
      ApplicationContext context = scope.applications().attach(new Answering(), options).join();
      var _ = context.listen("quiet://127.0.0.1:7");
      stack.worker(0).turn();
      stack.worker(0).turn();
      Runnable round = () -> {
        for (int i = 0; i < DATAGRAMS; i++) {
          transport.receive(1024 + i % PEERS);
          stack.worker(0).turn();
        }
      };
      round.run();
      long before = transport.sink.packets;
      round.run();
      assertThat(transport.sink.packets - before).as("answers").isEqualTo(DATAGRAMS);
      assertThat(AllocatedBytes.leastOf(round)).as("heap bytes for %d datagrams and answers", DATAGRAMS).isZero();
      stack.worker(0).exit();
    }
  }

  private static final class Answering implements Application {
    private final MemorySegment buffer = Arena.ofAuto().allocate(BYTES);
    private final DatagramAddress from = new DatagramAddress();

    @Override
    public void onReadable(Session session) {
      for (int n = session.readDatagram(buffer, 0, BYTES, from); n > 0;
          n = session.readDatagram(buffer, 0, BYTES, from)) {
        session.writeDatagram(buffer, 0, n, from);
      }
    }
  }

  /** Makes datagrams up, and counts what is sent. */
  private static final class QuietDatagrams implements TransportVft {
    private static final Endpoint OWN = Endpoint.of("127.0.0.1", 7).withTable(0);

    private static final class Only extends TransportConnection {
      void begin(int slot, int protocolId, EndpointConfig config) {
        reuse(Handle.of(0, slot, 1), protocolId);
        endpoints(config);
      }
    }

    private final SessionLayer sessions;
    private final CountingSink sink = new CountingSink();
    private final Only listener = new Only();
    private final Only only = new Only();
    private final FlowKey key = new FlowKey();
    private final LookupResult found = new LookupResult();
    private final DatagramAddress address = new DatagramAddress();
    private final MemorySegment payload = Arena.ofAuto().allocate(BYTES);
    private int protocolId;

    QuietDatagrams(SessionLayer sessions) {
      this.sessions = sessions;
    }

    void receive(int remotePort) {
      key.set(OWN, OWN, protocolId);
      key.remote(OWN.addressHigh(), OWN.addressLow(), remotePort);
      sessions.lookup(key, found);
      TransportConnection connection = sessions.connection(sessions.datagramSession(found.handle(), key));
      if (connection != null) {
        sessions.enqueueDatagram(connection, address.set(key), payload, 0, BYTES);
        sessions.enqueueNotify(connection);
      }
    }

    @Override
    public TransportDescriptor descriptor() {
      return new TransportDescriptor("quiet", "Q", ServiceType.CONNECTIONLESS, TxMode.DATAGRAM);
    }

    @Override
    public void enable(int id) {
      protocolId = id;
    }

    @Override
    public long startListen(long session, EndpointConfig config) {
      listener.begin(0, protocolId, config);
      return listener.handle();
    }

    @Override
    public void stopListen(long transportListener) {}

    @Override
    public long openDatagrams(long session, EndpointConfig config) {
      only.begin(1, protocolId, config);
      return only.handle();
    }

    @Override
    public long connect(long session, EndpointConfig config) {
      return -1;
    }

    @Override
    public void close(TransportConnection connection) {
      sessions.deleteNotify(connection);
    }

    @Override
    public void cleanup(TransportConnection connection) {}

    @Override
    public void sendParams(TransportConnection connection, SendParams params) {
      params.allow(1 << 16, 0, BYTES, sink);
    }

    @Override
    public void pushHeader(TransportConnection connection, PacketBatch batch) {}

    @Override
    public @Nullable TransportConnection connection(long connection) {
      return only;
    }

    @Override
    public @Nullable TransportConnection listener(long transportListener) {
      return listener;
    }
  }
}
