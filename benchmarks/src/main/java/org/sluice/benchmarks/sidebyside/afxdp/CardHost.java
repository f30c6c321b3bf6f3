package org.sluice.benchmarks.sidebyside.afxdp;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.sluice.core.Stack;
import org.sluice.plugin.afxdp.AfXdpDriver;
import org.sluice.plugin.tcp.TcpTransport;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.network.IpPrefix;
import org.sluice.testkit.host.PluginDefaults;
import org.sluice.testkit.host.TestHost;

/** A stack of one worker with TCP, on one end of a pair of virtual interfaces. */
final class CardHost implements AutoCloseable {
  private final Stack stack;

  CardHost(Link link, int end) {
    // Between repetitions it sleeps: the processors are the other contender's then.
    stack = Stack.builder().name("end" + end + "-").build();
    stack.start();
    TestHost card = TestHost.of(stack, "nic-afxdp");
    card.scope().registerNicDriver(new AfXdpDriver(card)).join();
    String name = "card" + end;
    var _ = stack.network().addInterface("af_xdp", name, Map.of("interface", link.end(end).device(),
        "namespace", link.end(end).place(), "trust-partial-checksums", "on")).join();
    var _ = stack.network().addAddress(name, IpPrefix.parse(Link.stackAddress(end) + "/24")).join();
    TestHost tcp = TestHost.of(stack, "tcp").with(PluginDefaults.of("tcp", TcpTransport.class));
    tcp.scope().registerTransport(onWorker(() -> new TcpTransport(tcp))).join();
  }

  ApplicationContext attach(Application application, int fifoBytes) {
    AttachOptions options = AttachOptions.named("bench").with().scopes(Scope.GLOBAL).fifoBytes(fifoBytes, fifoBytes)
        .build();
    return stack.applications().attach(application, options).join();
  }

  /** Runs something on the worker and waits for it. */
  <T> T onWorker(Supplier<T> task) {
    CompletableFuture<T> done = stack.workers().query(0, task);
    return done.join();
  }

  @Override
  public void close() {
    stack.close();
  }
}
