package org.sluice.benchmarks.sidebyside.ours;

import java.util.function.Supplier;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.plugin.cutthrough.CutThroughTransport;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.StreamApplication;

/** A stack of one worker with the transport of local sessions, embedded. */
final class SluiceHost implements AutoCloseable {
  static final String LISTEN = "ct://0.0.0.0:7";
  static final String SERVER_URI = "ct://127.0.0.1:7";
  static final ConnectOptions SERVER = ConnectOptions.of(SERVER_URI);

  private static final int MOST_CONNECTIONS = 1 << 20;

  private final Stack stack = Stack.builder().name("sluice-").build();

  SluiceHost() {
    stack.start();
    PluginScope scope = stack.scope("benchmarks");
    scope.registerTransport(
        new CutThroughTransport(scope.workers(), scope.sessions(), scope.counters(), MOST_CONNECTIONS)).join();
  }

  ApplicationContext attach(Application application, AttachOptions options) {
    return stack.applications().attach(application, options).join();
  }

  /** Attaches an application of threads. */
  StreamApplication attachThreads(String name, int fifoBytes) throws InterruptedException {
    return StreamApplication.attach(stack.applications(), options(name, fifoBytes));
  }

  /** Attaches and listens. */
  ApplicationContext serve(Application application, AttachOptions options) {
    ApplicationContext context = attach(application, options);
    context.listen(LISTEN).join();
    return context;
  }

  /** Runs something on the worker and waits for it. */
  <T> T onWorker(Supplier<T> task) {
    return stack.workers().query(0, task).join();
  }

  static AttachOptions options(String name, int fifoBytes) {
    return AttachOptions.named(name).with().fifoBytes(fifoBytes, fifoBytes).build();
  }

  @Override
  public void close() {
    stack.close();
  }
}
