package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.Session;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.network.FakeNetwork;
import org.sluice.testkit.network.FakeStack;
import org.sluice.testkit.runtime.AllocatedBytes;

/** Turns a worker directly, because a simulation's own bookkeeping allocates. */
class TcpAllocationTest {
  private static final int BYTES = 4000;
  private static final int TURNS = 5_000;
  private static final int MOST_WARM_UPS = 1_000;

  @Test
  void steady_data_allocates_nothing_per_segment() {
    try (Stack stack = Stack.builder().build()) {
      FakeStack network = new FakeNetwork(1).stack(stack.workers());
      stack.worker(0).enter();
      place(stack, network, "client", 1, "10.1.0.1");
      place(stack, network, "server", 2, "10.2.0.1");
      TestHost host = TestHost.of(stack, "tcp").with(Settings.defaults()).with(network);
      host.scope().registerTransport(new TcpTransport(host)).join();
      PluginScope scope = stack.scope("test");
      Reader reader = new Reader();
      Writer writer = new Writer();
      scope.applications().attach(reader, options("server")).join();
      reader.require().listen("tcp://10.2.0.1:80").join();
      scope.applications().attach(writer, options("client")).join();
      writer.require().connect("tcp://10.2.0.1:80", 0);
      for (int i = 0; i < 20; i++) {
        stack.worker(0).turn();
      }
      Session session = Objects.requireNonNull(writer.session, "not connected");
      MemorySegment data = Arena.ofAuto().allocate(BYTES);
      // Time is real: when the handshake took long, the first windows are spread over as long.
      long arrived = 0;
      for (int i = 0; i < MOST_WARM_UPS && arrived < (long) BYTES * TURNS / 2; i++) {
        long before = reader.bytes;
        turns(stack, session, data);
        arrived = reader.bytes - before;
      }
      assertThat(arrived).as("bytes that arrived").isGreaterThan((long) BYTES * TURNS / 2);
      assertThat(AllocatedBytes.leastOf(() -> turns(stack, session, data)))
          .as("bytes allocated in %d turns", TURNS).isZero();
      stack.worker(0).exit();
    }
  }

  private static void place(Stack stack, FakeStack network, String name, int table, String address) {
    stack.network().addInterface("loop", name).join();
    stack.network().setTable(name, true, table).join();
    stack.network().addAddress(name, IpPrefix.parse(address + "/8")).join();
    stack.applicationLayer().namespaces()
        .add(name, OptionalLong.empty(), NamespaceBinding.toTables(table, NamespaceBinding.ABSENT)).join();
    network.address(address, table);
  }

  private static AttachOptions options(String namespace) {
    return AttachOptions.named(namespace).with().scopes(Scope.GLOBAL).namespace(namespace, 0).build();
  }

  private static void turns(Stack stack, Session session, MemorySegment data) {
    for (int i = 0; i < TURNS; i++) {
      session.write(data, 0, BYTES);
      stack.worker(0).turn();
    }
  }

  private static class End implements Application {
    private @Nullable ApplicationContext context;

    @Override
    public void onAttached(ApplicationContext newContext) {
      context = newContext;
    }

    ApplicationContext require() {
      return Objects.requireNonNull(context, "not attached");
    }
  }

  private static final class Writer extends End {
    private @Nullable Session session;

    @Override
    public void onConnected(Session connected, long opaque) {
      session = connected;
    }
  }

  private static final class Reader extends End {
    private final MemorySegment into = Arena.ofAuto().allocate(64 << 10);
    private long bytes;

    @Override
    public AcceptDecision onAccept(Session session) {
      return AcceptDecision.ACCEPT;
    }

    @Override
    public void onReadable(Session session) {
      for (int read = session.read(into, 0, 64 << 10); read > 0; read = session.read(into, 0, 64 << 10)) {
        bytes += read;
      }
    }
  }
}
