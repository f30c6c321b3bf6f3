package org.sluice.plugin.afxdp;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/** The contract of cards, on a pair of virtual interfaces of this host. */
final class AfXdpNicContractTest {

  /** One queue and two; packets in one chunk, and in several. */
  abstract static class OnVeth extends NicContract {
    private static final int CYCLES = 20;
    private static final int LOOKS = 20;

    private final Stack stack = Stack.builder().build();
    private final int queues;
    private final int mtuBytes;
    private @Nullable VethPair pair;

    OnVeth(int queues, int mtuBytes) {
      this.queues = queues;
      this.mtuBytes = mtuBytes;
    }

    @BeforeEach
    void begin() {
      RootTests.require();
      pair = VethPair.make("contract" + queues, queues, mtuBytes);
    }

    @AfterEach
    void end() {
      if (pair != null) {
        pair.close();
      }
      stack.close();
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
      return CYCLES;
    }
  }

  @Nested
  final class OneQueue extends OnVeth {
    OneQueue() {
      super(1, 1500);
    }
  }

  @Nested
  final class Jumbo extends OnVeth {
    Jumbo() {
      super(1, 9000);
    }
  }

  @Nested
  final class TwoQueues extends OnVeth {
    TwoQueues() {
      super(2, 1500);
    }
  }
}
