package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
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
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.CustomTx;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.SendParams;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.runtime.AllocatedBytes;

/** Turns a worker directly, because a simulation's own bookkeeping allocates. */
class TxAllocationTest {
  private static final int SEGMENT = 1000;
  private static final int TURNS = 20_000;

  @Test
  void steady_sending_allocates_nothing() {
    for (TxMode mode : TxMode.values()) {
      try (Stack stack = Stack.builder().build()) {
        PluginScope scope = stack.scope("test");
        QuietTransport transport = new QuietTransport(mode, stack.sessions());
        Client client = new Client();
        stack.worker(0).enter();
        scope.registerTransport(transport).join();
        AttachOptions options = AttachOptions.named("client").with().scopes(Scope.GLOBAL).build();
        ApplicationContext context = scope.applications().attach(client, options).join();
        context.connect("quiet://127.0.0.1:7", 0);
        stack.worker(0).turn();
        Session session = Objects.requireNonNull(client.session, "no session");
        MemorySegment data = Arena.ofAuto().allocate(SEGMENT);
        turns(stack, session, data);
        long packets = transport.sink.packets;
        turns(stack, session, data);
        assertThat(transport.sink.packets - packets).as("packets, %s", mode).isEqualTo(TURNS);
        assertThat(AllocatedBytes.leastOf(() -> turns(stack, session, data)))
            .as("bytes allocated in %d turns, %s", TURNS, mode).isZero();
        stack.worker(0).exit();
      }
    }
  }

  private static void turns(Stack stack, Session session, MemorySegment data) {
    for (int i = 0; i < TURNS; i++) {
      session.write(data, 0, SEGMENT);
      stack.worker(0).turn();
    }
  }

  private static final class Client implements Application {
    private @Nullable Session session;

    @Override
    public void onConnected(Session connected, long opaque) {
      session = connected;
    }
  }

  /** One connection, answered at once; what it sends is counted and taken as acknowledged. */
  private static final class QuietTransport implements TransportVft {
    private static final class Only extends TransportConnection {
      void begin(int protocolId, EndpointConfig config) {
        reuse(Handle.of(0, 0, 1), protocolId);
        endpoints(config);
      }
    }

    private final TransportDescriptor descriptor;
    private final SessionLayer sessions;
    private final CountingSink sink = new CountingSink();
    private final Only only = new Only();
    private final PacketBatch own = new PacketBatch(1);
    private int protocolId;

    QuietTransport(TxMode mode, SessionLayer sessions) {
      descriptor = new TransportDescriptor("quiet", "Q", ServiceType.VIRTUAL_CIRCUIT, mode);
      this.sessions = sessions;
    }

    @Override
    public TransportDescriptor descriptor() {
      return descriptor;
    }

    @Override
    public void enable(int id) {
      protocolId = id;
    }

    @Override
    public long startListen(long listener, EndpointConfig config) {
      return 0;
    }

    @Override
    public void stopListen(long transportListener) {}

    @Override
    public long connect(long session, EndpointConfig config) {
      only.begin(protocolId, config);
      sessions.connectNotify(session, only, 0);
      sessions.halfOpenDeleteNotify(session);
      return 0;
    }

    @Override
    public void close(TransportConnection connection) {}

    @Override
    public void cleanup(TransportConnection connection) {}

    @Override
    public void sendParams(TransportConnection connection, SendParams params) {
      params.allow(1 << 16, 0, SEGMENT, sink);
    }

    @Override
    public void pushHeader(TransportConnection connection, PacketBatch batch) {
      if (descriptor.txMode() == TxMode.PEEK) {
        for (int i = 0; i < batch.size(); i++) {
          sessions.txDrop(connection, batch.length(i));
        }
      }
    }

    @Override
    public int customTx(TransportConnection connection, CustomTx tx) {
      int bytes = sessions.txReadable(connection);
      if (bytes == 0) {
        return 0;
      }
      sink.allocate(own, 1);
      sessions.txPeek(connection, 0, sink.memory(), own.offset(0), bytes);
      tx.dequeued(sessions.txDrop(connection, bytes));
      return sink.send(own);
    }

    @Override
    public @Nullable TransportConnection connection(long connection) {
      return only;
    }

    @Override
    public @Nullable TransportConnection halfOpen(long halfOpen) {
      return null;
    }

    @Override
    public @Nullable TransportConnection listener(long transportListener) {
      return null;
    }
  }
}
