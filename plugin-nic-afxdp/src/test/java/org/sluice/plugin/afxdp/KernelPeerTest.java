package org.sluice.plugin.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.plugin.afxdp.kernel.Linux;
import org.sluice.spi.nic.LinkState;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.runtime.Worker;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.kernel.VethEnd;
import org.sluice.testkit.kernel.VethPair;

/** The stack on one end of a pair of virtual interfaces, this host's kernel on the other. */
class KernelPeerTest {
  private static final String ADDRESS = StackOnVeth.ADDRESS;
  private static final int PORT = StackOnVeth.PORT;

  private @Nullable StackOnVeth subject;

  private StackOnVeth begin(int queues, int mtuBytes, int dataWorkers, String... options) {
    StackOnVeth made = StackOnVeth.make(queues, mtuBytes, dataWorkers, options);
    subject = made;
    return made;
  }

  @AfterEach
  void end() {
    if (subject != null) {
      subject.close();
    }
  }

  @Test
  void the_kernel_pings_and_its_own_addresses_stay_its_own() {
    VethPair made = begin(1, 1500, 0).pair;
    made.a().address("10.77.0.9/24");
    for (String address : new String[] {ADDRESS, "10.77.0.9"}) {
      assertThat(made.b().run("ping", "-c", "20", "-i", "0.01", "-W", "5", address)).contains(" 0% packet loss");
    }
  }

  @Test
  void jumbo_packets_go_both_ways() {
    VethPair made = begin(1, 9000, 0).pair;
    assertThat(made.b().run("ping", "-c", "20", "-i", "0.01", "-W", "5", "-s", "8900", "-M", "do", ADDRESS))
        .contains(" 0% packet loss");
  }

  @Test
  void the_kernel_accepts_checksums_left_to_it_and_finds_the_stack_at_a_hardware_address_of_its_own() throws Exception {
    StackOnVeth host = begin(1, 1500, 0, "tx-checksums=kernel", "mac=02:00:00:00:0a:07");
    assertThat(host.xdp0().nic().capabilities().txChecksum()).isTrue();
    byte[] bytes = new byte[1 << 20];
    new Random(7).nextBytes(bytes);
    assertThat(host.echo(bytes)).isEqualTo(bytes);
    assertThat(host.pair.b().run("ip", "neigh", "show", ADDRESS)).contains("02:00:00:00:0a:07");
    assertThat(host.pair.b().run("cat", "/proc/net/snmp")).containsPattern("(?m)^Tcp: .* InCsumErrors\\nTcp: .* 0$");
  }

  @Test
  void ports_that_are_not_the_stacks_are_the_kernels() throws Exception {
    StackOnVeth host = begin(1, 1500, 0, "ports=" + PORT);
    VethPair made = host.pair;
    made.a().address(ADDRESS + "/24");
    String mac = made.b().mac();
    made.a().namespace().ip("neigh", "replace", "10.77.0.2", "lladdr", mac, "dev", "sla");
    byte[] bytes = {1, 2, 3};
    assertThat(host.echo(bytes)).isEqualTo(bytes);
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
          socket.connect(new InetSocketAddress(ADDRESS, PORT + 1), StackOnVeth.PATIENCE_MS);
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
    StackOnVeth host = begin(1, 1500, 0);
    VethPair made = host.pair;
    assertThat(made.a().show()).contains("xdp");
    host.stack.network().deleteInterface("xdp0").join();
    assertThat(made.a().show()).doesNotContain("xdp");
    made.a().address(ADDRESS + "/24");
    assertThat(made.b().run("ping", "-c", "3", "-i", "0.01", "-W", "5", ADDRESS)).contains(" 0% packet loss");
  }

  @Test
  void another_program_on_the_interface_is_an_error_and_can_be_taken_off() throws Exception {
    StackOnVeth host = begin(1, 1500, 0);
    VethPair made = host.pair;
    AfXdpDriver driver = new AfXdpDriver(TestHost.of(host.stack, "other"));
    List<Worker> workers = List.of(host.stack.workers().worker(0));
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
    StackOnVeth host = begin(queues, mtuBytes, dataWorkers);
    byte[] sent = random(8 << 20);
    for (int round = 0; round < 3; round++) {
      assertThat(host.echo(sent)).isEqualTo(sent);
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  /** The other order is in the tests of the distribution. */
  @Test
  void a_stack_that_has_closed_its_direction_first_is_sent_everything_by_the_other() throws Exception {
    StackOnVeth host = begin(1, 1500, 0);
    Farewell farewell = new Farewell();
    host.serve(farewell, PORT + 1);
    byte[] sent = random(4 << 20);
    Process socat =
        host.pair.b().namespace().start("socat", "-t", "20", "-", "TCP:" + ADDRESS + ":" + (PORT + 1));
    try (OutputStream out = socat.getOutputStream()) {
      out.write(sent, 0, 1);
      out.flush();
      assertThat(socat.inputReader().readLine()).isEqualTo(Farewell.LINE);
      out.write(sent, 1, sent.length - 1);
    }
    assertThat(farewell.received.get(StackOnVeth.PATIENCE_MS, TimeUnit.MILLISECONDS)).isEqualTo(sent);
    assertThat(socat.waitFor()).isZero();
  }

  /** The stack's end, which it is told, or the other one, which takes the carrier away. */
  @ParameterizedTest
  @ValueSource(strings = {"sla", "slb"})
  void a_link_that_goes_down_and_up_again_in_a_transfer_ends_no_connection(String which) throws Exception {
    StackOnVeth host = begin(1, 1500, 0);
    VethEnd end = which.equals("sla") ? host.pair.a() : host.pair.b();
    byte[] sent = random(32 << 20);
    int[] next = {4 << 20};
    byte[] received = host.echo(sent, count -> {
      if (count >= next[0]) {
        next[0] += 10 << 20;
        blink(host, end);
      }
    });
    assertThat(received).isEqualTo(sent);
    assertThat(next[0]).as("three times").isEqualTo(34 << 20);
  }

  /** Takes it down until the stack has seen that, and has found that nothing can be sent. */
  private static void blink(StackOnVeth host, VethEnd end) {
    long failures = host.count("tx.wakeup-failures");
    end.down();
    await("the link is down", () -> host.xdp0().nic().linkState() == LinkState.DOWN);
    await("something is sent", () -> host.count("tx.wakeup-failures") > failures);
    end.up();
    await("the link is up", () -> host.xdp0().nic().linkState() == LinkState.UP);
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(StackOnVeth.PATIENCE_MS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadlineNs).as(what).isNegative();
      Thread.onSpinWait();
    }
  }

  @Test
  void an_interface_that_is_removed_is_gone_and_its_name_can_be_used_again() throws Exception {
    StackOnVeth host = begin(1, 1500, 0);
    assertThat(host.echo(new byte[] {1})).containsExactly(1);
    host.pair.a().remove();
    assertThat(host.xdp0().nic().linkState()).isEqualTo(LinkState.GONE);
    host.stack.network().deleteInterface("xdp0").join();
    host.pair.join(1, 1500);
    host.open();
    assertThat(host.echo(new byte[] {2})).containsExactly(2);
  }
}
