package org.sluice.plugin.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.sluice.core.Stack;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicException;
import org.sluice.testkit.contract.NicContract;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.kernel.RootTests;
import org.sluice.testkit.kernel.VethEnd;
import org.sluice.testkit.kernel.VethPair;
import org.sluice.testkit.nic.NicWorld;

/**
 * The contract of cards, on a pair of virtual interfaces of this host. The kernel waits for grace periods of its own
 * when a program is attached or a socket closed, a tenth of a second for both cards of a cycle, whatever interface it
 * is; more cycles than usual by {@code -Dsluice.afxdp.cycles=1000}.
 */
final class AfXdpNicContractTest {

  /** One queue and two; packets in one chunk, and in several. */
  abstract static class OnVeth extends NicContract {
    static final int CYCLES = 20;
    static final int MORE_CYCLES = 200;
    private static final int LOOKS = 20;

    private final Stack stack = Stack.builder().build();
    private final int queues;
    private final int mtuBytes;
    private final int cycles;
    private @Nullable VethPair pair;
    private long open;

    OnVeth(int queues, int mtuBytes, int cycles) {
      this.queues = queues;
      this.mtuBytes = mtuBytes;
      this.cycles = Integer.getInteger("sluice.afxdp.cycles", cycles);
    }

    /** Descriptors of this process that cards have too: sockets, BPF maps, programs and links. */
    private static long open() throws IOException {
      try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
        return all.map(OnVeth::target).filter(to -> to.startsWith("socket:") || to.contains("bpf")).count();
      }
    }

    /** The listing's own descriptor has gone when it is looked at. */
    private static String target(Path descriptor) {
      try {
        return Files.readSymbolicLink(descriptor).toString();
      } catch (IOException e) {
        return "";
      }
    }

    @BeforeEach
    void begin() throws IOException {
      RootTests.require();
      pair = VethPair.make("contract" + queues, queues, mtuBytes);
      open = open();
    }

    @AfterEach
    void end() throws IOException {
      stack.close();
      if (pair != null) {
        long left = open();
        pair.close();
        assertThat(left).as("descriptors").isEqualTo(open);
      }
    }

    @Override
    protected Link open(NicWorld world) throws NicException {
      VethPair made = pair;
      if (made == null) {
        throw new AssertionError("no interfaces");
      }
      AfXdpDriver driver = new AfXdpDriver(TestHost.of(stack, "nic-afxdp"));
      Nic sender = open(world, driver, made.a());
      try {
        return new Link(sender, open(world, driver, made.b()));
      } catch (NicException e) {
        sender.close();
        throw e;
      }
    }

    private Nic open(NicWorld world, AfXdpDriver driver, VethEnd end) throws NicException {
      Map<String, String> options = new HashMap<>(
          Map.of("steer", "all", "rx-ring", "256", "tx-ring", "256", "interface", end.device(), "namespace",
              end.place()));
      return driver.open(new NicConfiguration("af_xdp/" + end.device(), queues, queues, options),
          List.copyOf(world.workers()));
    }

    /** What is sent arrives within the call, some packets at a time. */
    @Override
    protected void settle(NicWorld world) {
      for (int i = 0; i < LOOKS; i++) {
        world.advance(Duration.ofSeconds(1));
      }
    }

    @Override
    protected int cycles() {
      return cycles;
    }
  }

  @Nested
  final class OneQueue extends OnVeth {
    OneQueue() {
      super(1, 1500, MORE_CYCLES);
    }
  }

  @Nested
  final class Jumbo extends OnVeth {
    Jumbo() {
      super(1, 9000, CYCLES);
    }
  }

  @Nested
  final class TwoQueues extends OnVeth {
    TwoQueues() {
      super(2, 1500, CYCLES);
    }
  }
}
