package org.sluice.plugin.afxdp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.sluice.core.Stack;
import org.sluice.core.network.NetInterface;
import org.sluice.plugin.afxdp.kernel.Kernel;
import org.sluice.plugin.afxdp.kernel.KernelException;
import org.sluice.plugin.afxdp.kernel.Linux;
import org.sluice.plugin.tcp.TcpTransport;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;
import org.sluice.testkit.host.PluginDefaults;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.kernel.RootTests;
import org.sluice.testkit.kernel.VethPair;

/** A stack with an echo service on one end of a pair of virtual interfaces; this host's kernel has the other end. */
final class StackOnVeth implements AutoCloseable {
  static final String ADDRESS = "10.77.0.1";
  static final int PORT = 7;
  static final int PATIENCE_MS = 20_000;
  private static final int BLOCK_BYTES = 64 << 10;

  final VethPair pair;
  final Stack stack;
  private final TestHost card;
  private final AfXdpDriver driver;
  private final Map<String, String> options = new HashMap<>();

  /** Writes back what it reads, as far as there is room. */
  private static final class Echo implements Application {
    private final byte[] bytes = new byte[BLOCK_BYTES];
    @Override
    public AcceptDecision onAccept(Session session) {
      return AcceptDecision.ACCEPT;
    }

    @Override
    public void onReadable(Session session) {
      while (session.readable() > 0 && session.writable() > 0) {
        int length = Math.min(bytes.length, Math.min(session.readable(), session.writable()));
        session.read(bytes, 0, length);
        session.write(bytes, 0, length);
      }
      if (session.readable() > 0) {
        session.wantWritable(WritableWish.THRESHOLD, 1);
      } else if (session.attachment() != null) {
        session.close();
      }
    }

    @Override
    public void onWritable(Session session) {
      onReadable(session);
    }

    @Override
    public void onDisconnected(Session session) {
      session.attachment("the peer has sent everything");
      onReadable(session);
    }
  }

  private StackOnVeth(VethPair pair, int dataWorkers) {
    this.pair = pair;
    stack = Stack.builder().dataWorkers(dataWorkers).build();
    stack.start();
    card = TestHost.of(stack, "nic-afxdp");
    driver = new AfXdpDriver(card);
    options.putAll(
        Map.of("interface", pair.a().device(), "namespace", pair.a().place(), "trust-partial-checksums", "on"));
  }

  /**
   * Makes it. Needs root, see {@link RootTests}.
   *
   * @param options of the card beside those that say where it is, as in {@code ports=80}
   */
  static StackOnVeth make(int queues, int mtuBytes, int dataWorkers, String... options) {
    RootTests.require();
    StackOnVeth made = new StackOnVeth(VethPair.make("peer", queues, mtuBytes), dataWorkers);
    for (String option : options) {
      made.options.put(option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
    }
    made.card.scope().registerNicDriver(made.driver).join();
    made.open();
    TestHost tcp = TestHost.of(made.stack, "tcp").with(PluginDefaults.of("tcp", TcpTransport.class));
    tcp.scope().registerTransport(new TcpTransport(tcp)).join();
    made.serve(new Echo(), PORT);
    return made;
  }

  /** Has an application listen. */
  void serve(Application application, int port) {
    AttachOptions options = application.options().with().scopes(Scope.GLOBAL).build();
    stack.scope("applications").applications().attach(application, options)
        .thenCompose(context -> context.listen("tcp://" + ADDRESS + ":" + port)).join();
  }

  /** Gives both ends their addresses and opens the card. */
  void open() {
    pair.b().address("10.77.0.2/24");
    var _ = stack.network().addInterface("af_xdp", "xdp0", options).join();
    var _ = stack.network().addAddress("xdp0", IpPrefix.parse(ADDRESS + "/24")).join();
  }

  NetInterface xdp0() {
    return Objects.requireNonNull(stack.network().snapshot().byName("xdp0"));
  }

  /** One of the driver's counters. */
  long count(String name) {
    return card.count(name);
  }

  /** What the kernel counts of the first socket, see {@link Kernel#statistics}. */
  long[] statistics() {
    return stack.workers().query(0, () -> driver.cards().getFirst().status().statistics().getFirst()).join();
  }

  // ---- From the kernel's end.

  byte[] echo(byte[] bytes) throws KernelException {
    return echo(bytes, received -> {});
  }

  /**
   * Sends from one thread and reads on another, both with sockets of the kernel's.
   *
   * @param progress told how much has come back, each time that some has
   * @return what came back
   */
  byte[] echo(byte[] bytes, IntConsumer progress) throws KernelException {
    return new Linux().within(pair.b().place(), () -> {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(ADDRESS, PORT), PATIENCE_MS);
        socket.setSoTimeout(PATIENCE_MS);
        Thread writer = Thread.ofPlatform().start(() -> send(socket, bytes));
        ByteArrayOutputStream back = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        byte[] block = new byte[BLOCK_BYTES];
        for (int read = in.read(block); read >= 0; read = in.read(block)) {
          back.write(block, 0, read);
          progress.accept(back.size());
        }
        writer.join();
        return back.toByteArray();
      } catch (IOException | InterruptedException e) {
        throw new AssertionError(e);
      }
    });
  }

  private static void send(Socket socket, byte[] bytes) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    stack.close();
    pair.close();
  }
}
