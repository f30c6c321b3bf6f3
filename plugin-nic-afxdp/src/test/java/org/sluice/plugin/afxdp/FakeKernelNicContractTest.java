package org.sluice.plugin.afxdp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.sluice.core.Stack;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicException;
import org.sluice.testkit.contract.NicContract;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.nic.NicWorld;

/** The contract of cards, over rings whose other side is not the kernel. */
final class FakeKernelNicContractTest {

  /** One queue and two; packets in one chunk, and in several. */
  abstract static class Faked extends NicContract {
    private final FakeKernel kernel = new FakeKernel();
    private final Stack stack = Stack.builder().build();
    private final int queues;

    Faked(int queues, int mtuBytes) {
      this.queues = queues;
      kernel.cable("a", "b", queues, mtuBytes);
    }

    @Override
    protected Link open(NicWorld world) throws NicException {
      AfXdpDriver driver = new AfXdpDriver(TestHost.of(stack, "nic-afxdp"), kernel);
      Map<String, String> options = new HashMap<>(Map.of("steer", "all", "rx-ring", "256", "tx-ring", "256"));
      return new Link(open(world, driver, options, "a"), open(world, driver, options, "b"));
    }

    private Nic open(NicWorld world, AfXdpDriver driver, Map<String, String> options, String device)
        throws NicException {
      options.put("interface", device);
      return driver.open(new NicConfiguration("af_xdp/" + device, queues, queues, options),
          List.copyOf(world.workers()));
    }

    /** Each takes and clears megabytes. */
    @Override
    protected int cycles() {
      return 200;
    }

    @AfterEach
    void end() {
      stack.close();
    }
  }

  @Nested
  final class OneQueue extends Faked {
    OneQueue() {
      super(1, 1500);
    }
  }

  @Nested
  final class Jumbo extends Faked {
    Jumbo() {
      super(1, 9000);
    }
  }

  @Nested
  final class TwoQueues extends Faked {
    TwoQueues() {
      super(2, 1500);
    }
  }
}
