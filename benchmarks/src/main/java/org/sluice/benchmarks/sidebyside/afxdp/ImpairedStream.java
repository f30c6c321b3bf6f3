package org.sluice.benchmarks.sidebyside.afxdp;

import java.util.Map;
import org.sluice.benchmarks.sidebyside.afxdp.LinkStream.Who;
import org.sluice.benchmarks.sidebyside.experiment.PairedRuns;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Reading;
import org.sluice.core.Stack;
import org.sluice.plugin.afxdp.AfXdpDriver;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicException;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.kernel.VethChain;
import org.sluice.testkit.kernel.VethEnd;
import org.sluice.testkit.nic.ImpairedBridge;

/**
 * A stream from the beginning of its connection, over a bridge that impairs both ways alike, with CUBIC at either end.
 */
public final class ImpairedStream implements Contender {
  private static final int MTU_BYTES = 1500;
  private static final String ALGORITHM = "cubic";

  private static int made;

  private final Link link;
  private final boolean fromKernel;
  private final LinkStream ends;

  private ImpairedStream(Who from, Who to, Link link) throws Exception {
    this.link = link;
    fromKernel = from == Who.KERNEL;
    ends = new LinkStream(from, to, link);
  }

  /**
   * Makes contenders.
   *
   * @param from who writes
   * @param to who reads
   * @param wire options of a wire, for both ways
   * @return opens such a contender, with a bridge that draws from a seed
   */
  public static PairedRuns.Opener of(Who from, Who to, Map<String, String> wire) {
    return seed -> {
      Link link = link(seed, wire);
      try {
        return new ImpairedStream(from, to, link);
      } catch (Exception e) {
        link.close();
        throw e;
      }
    };
  }

  private static Link link(long seed, Map<String, String> wire) throws Exception {
    VethChain chain = VethChain.make("bench-chain" + made++, MTU_BYTES);
    // Only a host for the driver: the bridge has its own thread.
    Stack stack = Stack.builder().build();
    ImpairedBridge bridge = new ImpairedBridge(seed);
    AutoCloseable all = () -> {
      try (chain) {
        bridge.close();
        stack.close();
      }
    };
    try {
      AfXdpDriver driver = new AfXdpDriver(TestHost.of(stack, "nic-afxdp"));
      bridge.join(open(bridge, driver, chain.middleLeft()), wire, open(bridge, driver, chain.middleRight()), wire);
      bridge.start();
      Link link = new Link(chain.left(), chain.right(), all);
      chain.left().congestionControl(ALGORITHM);
      chain.right().congestionControl(ALGORITHM);
      return link;
    } catch (Exception e) {
      all.close();
      throw e;
    }
  }

  private static Nic open(ImpairedBridge bridge, AfXdpDriver driver, VethEnd end) throws NicException {
    return bridge.open(driver, new NicConfiguration(end.device(), 0, 0,
        Map.of("steer", "all", "interface", end.device(), "namespace", end.place())));
  }

  @Override
  public Reading run(long nanos) throws Exception {
    long startNs = System.nanoTime();
    ends.writer().begin();
    Thread.sleep(nanos / 1_000_000);
    long bytes = ends.reader().taken();
    long elapsedNs = System.nanoTime() - startNs;
    if (ends.reader().wrong() != 0) {
      throw new IllegalStateException("bytes have come that nobody sent");
    }
    if (fromKernel && !link.end(0).run("ss", "-tinH").contains(ALGORITHM)) {
      throw new IllegalStateException("the kernel does not use " + ALGORITHM);
    }
    return new Reading(Math.max(1, bytes / End.BLOCK_BYTES), bytes, elapsedNs);
  }

  @Override
  public void close() throws Exception {
    ends.close();
  }
}
