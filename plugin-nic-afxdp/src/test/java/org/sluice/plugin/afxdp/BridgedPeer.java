package org.sluice.plugin.afxdp;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.core.Stack;
import org.sluice.plugin.afxdp.kernel.Kernel;
import org.sluice.plugin.afxdp.kernel.KernelException;
import org.sluice.plugin.afxdp.kernel.Linux;
import org.sluice.plugin.tcp.TcpTransport;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicException;
import org.sluice.testkit.host.PluginDefaults;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.kernel.VethChain;
import org.sluice.testkit.kernel.VethEnd;
import org.sluice.testkit.nic.ImpairedBridge;

/** The stack, 10.77.0.1, and the kernel, 10.77.0.2, with a bridge between them that impairs both ways alike. */
final class BridgedPeer implements AutoCloseable {
  static final String STACK = "10.77.0.1";
  static final String KERNEL = "10.77.0.2";
  private static final int MTU_BYTES = 1500;
  private static final int FIFO_BYTES = 4 << 20;

  private final VethChain chain;
  private final Stack stack;
  private @Nullable ImpairedBridge bridge;

  BridgedPeer(long seed, Map<String, String> wire) throws NicException {
    chain = VethChain.make("bridged", MTU_BYTES);
    stack = Stack.builder().build();
    try {
      begin(seed, wire);
    } catch (NicException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void begin(long seed, Map<String, String> wire) throws NicException {
    kernel().address(KERNEL + "/24").congestionControl("cubic");
    ImpairedBridge made = new ImpairedBridge(seed);
    bridge = made;
    stack.start();
    TestHost card = TestHost.of(stack, "nic-afxdp");
    AfXdpDriver driver = new AfXdpDriver(card);
    card.scope().registerNicDriver(driver).join();
    made.join(open(made, driver, chain.middleLeft()), wire, open(made, driver, chain.middleRight()), wire);
    made.start();
    var _ = stack.network().addInterface("af_xdp", "xdp0",
        Map.of("interface", chain.left().device(), "namespace", chain.left().place())).join();
    var _ = stack.network().addAddress("xdp0", IpPrefix.parse(STACK + "/24")).join();
    TestHost tcp = TestHost.of(stack, "tcp").with(PluginDefaults.of("tcp", TcpTransport.class));
    tcp.scope().registerTransport(new TcpTransport(tcp)).join();
  }

  private static Nic open(ImpairedBridge bridge, AfXdpDriver driver, VethEnd end) throws NicException {
    return bridge.open(driver, new NicConfiguration(end.device(), 0, 0,
        Map.of("steer", "all", "interface", end.device(), "namespace", end.place())));
  }

  /** Where the kernel's end is. */
  VethEnd kernel() {
    return chain.right();
  }

  ApplicationContext attach(String name, Application application) {
    return stack.scope(name).applications().attach(application, AttachOptions.named(name).with()
        .scopes(Scope.GLOBAL).fifoBytes(FIFO_BYTES, FIFO_BYTES).build()).join();
  }

  /** Runs something on a thread beside the kernel's end: sockets that it makes stay there. */
  <T> T withinKernel(Kernel.Action<T> action) throws KernelException {
    return new Linux().within(kernel().place(), action);
  }

  /** A counter of the bridge. */
  long count(String name) {
    return Objects.requireNonNull(bridge).count(name);
  }

  @Override
  public void close() {
    try (chain) {
      stack.close();
      if (bridge != null) {
        bridge.close();
      }
    }
  }
}
