package org.sluice.plugin.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.core.network.NetInterface;
import org.sluice.plugin.afxdp.kernel.KernelException;
import org.sluice.plugin.afxdp.kernel.Linux;
import org.sluice.plugin.tcp.TcpTransport;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.nic.LinkState;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;
import org.sluice.testkit.host.PluginDefaults;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.kernel.RootTests;
import org.sluice.testkit.kernel.VethPair;

/** The stack on one end of a pair of virtual interfaces, this host's kernel on the other. */
class KernelPeerTest {
  private static final int PORT = 7;
  private static final int PATIENCE_MS = 20_000;

  private @Nullable VethPair pair;
  private @Nullable Stack stack;

  /** Writes back what it reads, as far as there is room. */
  private static final class Echo implements Application {
    private final byte[] bytes = new byte[64 << 10];
    private @Nullable ApplicationContext context;

    @Override
    public void onAttached(ApplicationContext given) {
      context = given;
    }

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

  private VethPair begin(int queues, int mtuBytes, int dataWorkers, String... options) {
    RootTests.require();
    VethPair made = VethPair.make("peer", queues, mtuBytes);
    pair = made;
    made.b().address("10.77.0.2/24");
    Stack host = Stack.builder().dataWorkers(dataWorkers).build();
    stack = host;
    host.start();
    TestHost card = TestHost.of(host, "nic-afxdp");
    card.scope().registerNicDriver(new AfXdpDriver(card)).join();
    Map<String, String> all = new HashMap<>(
        Map.of("interface", "sla", "namespace", made.a().place(), "trust-partial-checksums", "on"));
    for (String option : options) {
      all.put(option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
    }
    var _ = host.network().addInterface("af_xdp", "xdp0", all).join();
    var _ = host.network().addAddress("xdp0", IpPrefix.parse("10.77.0.1/24")).join();
    TestHost tcp = TestHost.of(host, "tcp").with(PluginDefaults.of("tcp", TcpTransport.class));
    tcp.scope().registerTransport(new TcpTransport(tcp)).join();
    Echo echo = new Echo();
    PluginScope applications = host.scope("echo");
    applications.applications().attach(echo, AttachOptions.named("echo").with().scopes(Scope.GLOBAL).build()).join();
    Objects.requireNonNull(echo.context).listen("tcp://10.77.0.1:" + PORT).join();
    return made;
  }

  @AfterEach
  void end() {
    if (stack != null) {
      stack.close();
    }
    if (pair != null) {
      pair.close();
    }
  }

  @Test
  void the_kernel_pings_and_its_own_addresses_stay_its_own() {
    VethPair made = begin(1, 1500, 0);
    made.a().address("10.77.0.9/24");
    for (String address : new String[] {"10.77.0.1", "10.77.0.9"}) {
      assertThat(made.b().run("ping", "-c", "20", "-i", "0.01", "-W", "5", address)).contains(" 0% packet loss");
    }
  }

  @Test
  void jumbo_packets_go_both_ways() {
    VethPair made = begin(1, 9000, 0);
    assertThat(made.b().run("ping", "-c", "20", "-i", "0.01", "-W", "5", "-s", "8900", "-M", "do", "10.77.0.1"))
        .contains(" 0% packet loss");
  }

  @Test
  void ports_that_are_not_the_stacks_are_the_kernels() throws Exception {
    VethPair made = begin(1, 1500, 0, "ports=" + PORT);
    made.a().address("10.77.0.1/24");
    String mac = made.b().mac();
    made.a().namespace().ip("neigh", "replace", "10.77.0.2", "lladdr", mac, "dev", "sla");
    byte[] bytes = {1, 2, 3};
    assertThat(there(made, bytes)).isEqualTo(bytes);
    ServerSocket server = new Linux().within(made.a().place(), () -> {
      try {
        return new ServerSocket(PORT + 1);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    });
    try (server) {
      new Linux().within(made.b().place(), () -> {
        try (Socket socket = new Socket()) {
          socket.connect(new InetSocketAddress("10.77.0.1", PORT + 1), PATIENCE_MS);
          return true;
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
      server.accept().close();
    }
  }

  @Test
  void a_card_that_is_closed_leaves_the_interface_to_the_kernel() {
    VethPair made = begin(1, 1500, 0);
    assertThat(made.a().show()).contains("xdp");
    Objects.requireNonNull(stack).network().deleteInterface("xdp0").join();
    assertThat(made.a().show()).doesNotContain("xdp");
    made.a().address("10.77.0.1/24");
    assertThat(made.b().run("ping", "-c", "3", "-i", "0.01", "-W", "5", "10.77.0.1")).contains(" 0% packet loss");
  }

  @Test
  void another_program_on_the_interface_is_an_error_and_can_be_taken_off() throws Exception {
    VethPair made = begin(1, 1500, 0);
    TestHost other = TestHost.of(Objects.requireNonNull(stack), "other");
    AfXdpDriver driver = new AfXdpDriver(other);
    List<Worker> workers = List.of(Objects.requireNonNull(stack).workers().worker(0));
    Map<String, String> options = new HashMap<>(Map.of("interface", "sla", "namespace", made.a().place()));
    assertThatThrownBy(() -> driver.open(new NicConfiguration("xdp1", 0, 0, options), workers))
        .isInstanceOf(NicException.class).hasMessageContaining("replace=on");
    assertThat(new Linux().within(made.a().place(), () -> {
      int control = new Linux().control();
      try {
        int device = new Linux().device(control, "sla").index();
        return List.of(new Linux().detach(device), new Linux().detach(device));
      } finally {
        new Linux().close(control);
      }
    })).as("there was one, and then none").containsExactly(true, false);
    assertThat(made.a().show()).doesNotContain("xdp");
  }

  @ParameterizedTest
  @CsvSource({"1, 1500, 0", "2, 1500, 2", "1, 1500, 2", "1, 9000, 0", "1, 9000, 2"})
  void megabytes_there_and_back_are_whole(int queues, int mtuBytes, int dataWorkers) throws Exception {
    VethPair made = begin(queues, mtuBytes, dataWorkers);
    byte[] sent = new byte[8 << 20];
    new Random(1).nextBytes(sent);
    for (int round = 0; round < 3; round++) {
      assertThat(there(made, sent)).isEqualTo(sent);
    }
  }

  @Test
  void a_link_that_goes_down_and_up_again_ends_no_connection() throws Exception {
    VethPair made = begin(1, 1500, 0);
    byte[] sent = new byte[32 << 20];
    new Random(1).nextBytes(sent);
    assertThat(there(made, sent, () -> {
      made.a().down();
      made.a().up();
    })).isEqualTo(sent);
  }

  @Test
  void an_interface_that_is_removed_is_gone_and_its_name_can_be_used_again() throws Exception {
    VethPair made = begin(1, 1500, 0);
    assertThat(there(made, new byte[] {1})).containsExactly(1);
    made.a().remove();
    Stack host = Objects.requireNonNull(stack);
    NetInterface gone = Objects.requireNonNull(host.network().snapshot().byName("xdp0"));
    assertThat(gone.nic().linkState()).isEqualTo(LinkState.GONE);
    host.network().deleteInterface("xdp0").join();
    made.join(1, 1500);
    made.b().address("10.77.0.2/24");
    var _ = host.network().addInterface("af_xdp", "xdp0",
        Map.of("interface", "sla", "namespace", made.a().place(), "trust-partial-checksums", "on")).join();
    var _ = host.network().addAddress("xdp0", IpPrefix.parse("10.77.0.1/24")).join();
    assertThat(there(made, new byte[] {2})).containsExactly(2);
  }

  private static byte[] there(VethPair made, byte[] bytes) throws KernelException {
    return there(made, bytes, () -> {});
  }

  /** Sends from one thread and reads on another, both with sockets of the kernel's; does something in between. */
  private static byte[] there(VethPair made, byte[] bytes, Runnable inBetween) throws KernelException {
    return new Linux().within(made.b().place(), () -> {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress("10.77.0.1", PORT), PATIENCE_MS);
        socket.setSoTimeout(PATIENCE_MS);
        OutputStream out = socket.getOutputStream();
        Thread writer = Thread.ofPlatform().start(() -> {
          try {
            out.write(bytes);
            socket.shutdownOutput();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
        ByteArrayOutputStream back = new ByteArrayOutputStream();
        back.write(socket.getInputStream().readNBytes(Math.min(bytes.length, 1 << 20)));
        inBetween.run();
        back.write(socket.getInputStream().readAllBytes());
        writer.join();
        return back.toByteArray();
      } catch (IOException | InterruptedException e) {
        throw new AssertionError(e);
      }
    });
  }
}
