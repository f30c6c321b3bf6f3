package org.sluice.benchmarks.sidebyside.afxdp;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.sluice.benchmarks.sidebyside.harness.StuckException;
import org.sluice.core.Stack;
import org.sluice.core.runtime.IdleStrategy;
import org.sluice.plugin.afxdp.AfXdpDriver;
import org.sluice.plugin.tcp.TcpTransport;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.network.IpPrefix;
import org.sluice.testkit.host.PluginDefaults;
import org.sluice.testkit.host.TestHost;

/** A stack of one worker with TCP, on one end of a pair of virtual interfaces; each end has a processor. */
final class CardHost implements AutoCloseable {
  /** The usual rings. */
  static final int LONG_RING = 2048;
  /** Rings whose frames stay in the caches, for short round trips. */
  static final int SHORT_RING = 256;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long TIMEOUT_SECONDS = 30;
  private static final Duration TIME_WAIT = Duration.ofMillis(20);

  private final Stack stack;
  private final long worker;
  private volatile boolean spinning;

  /**
   * Makes it. Between repetitions it sleeps: the processors are the other contender's then. The card is set as is best
   * on virtual interfaces, and leaves checksums undone as the kernel does there.
   */
  CardHost(Link link, int end, int ringEntries) {
    IdleStrategy asUsual = IdleStrategy.backOff();
    stack = Stack.builder().name("end" + end + "-").cpus(end % Runtime.getRuntime().availableProcessors())
        .idle(idleTurns -> spinning ? IdleStrategy.Step.SPIN : asUsual.after(idleTurns)).build();
    stack.start();
    worker = onWorker(() -> Thread.currentThread().threadId());
    TestHost card = TestHost.of(stack, "nic-afxdp");
    card.scope().registerNicDriver(new AfXdpDriver(card)).join();
    String name = "card" + end;
    String checksums = link.isUndone() ? "kernel" : "stack";
    String entries = Integer.toString(ringEntries);
    var _ = stack.network().addInterface("af_xdp", name, Map.of("interface", link.end(end).device(), "namespace",
        link.end(end).place(), "rx-ring", entries, "tx-ring", entries, "mode", "skb", "tx-checksums", checksums,
        "trust-partial-checksums", "on")).join();
    var _ = stack.network().addAddress(name, IpPrefix.parse(Link.stackAddress(end) + "/24")).join();
    // TIME_WAIT is short, because it keeps local ports from being used again.
    Map<String, Object> settings = PluginDefaults.of("tcp", TcpTransport.class);
    settings.put("time-wait", TIME_WAIT);
    TestHost tcp = TestHost.of(stack, "tcp").with(settings);
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

  /** Waits for something that callbacks complete, or for their failure. */
  static <T> T await(CompletableFuture<T> future) throws Exception {
    try {
      return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      throw new StuckException(e);
    }
  }

  /** Keeps the worker awake, or lets it sleep again. */
  void spin(boolean awake) {
    spinning = awake;
    var _ = onWorker(() -> true);
  }

  /** What the worker has allocated on the heap since it began. */
  long allocatedBytes() {
    return THREADS.getThreadAllocatedBytes(worker);
  }

  /** The processor time of the worker so far. */
  long cpuNs() {
    return THREADS.getThreadCpuTime(worker);
  }

  /** As much of it as was not in the kernel. */
  long userNs() {
    return THREADS.getThreadUserTime(worker);
  }

  @Override
  public void close() {
    stack.close();
  }
}
