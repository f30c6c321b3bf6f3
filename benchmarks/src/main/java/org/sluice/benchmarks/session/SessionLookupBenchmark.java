package org.sluice.benchmarks.session;

import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.core.runtime.StackWorker;
import org.sluice.plugin.cutthrough.CutThroughTransport;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.session.Session;

/**
 * A session by its handle, as an application does that keeps handles. Random sessions, each depending on what the one
 * before found, so that the machine cannot overlap them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 150, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class SessionLookupBenchmark {
  private static final ConnectOptions SERVER = ConnectOptions.of("ct://127.0.0.1:7");
  private static final int MOST_CONNECTIONS = 1 << 20;
  private static final int OUTSTANDING = 64;
  private static final int MOST_TURNS = 1_000_000;

  /** How many sessions the application has; a power of two. */
  @Param({"1024", "65536"})
  private int sessions;

  private final Stack stack = Stack.builder().build();
  private final StackWorker worker = stack.worker(0);
  private final Client client = new Client();
  private @Nullable ApplicationContext context;
  private long[] handles = {};
  private int next;

  /** Opens the sessions; the worker is this thread. */
  @Setup
  public void open() {
    worker.enter();
    handles = new long[sessions];
    PluginScope scope = stack.scope("benchmark");
    join(scope.registerTransport(
        new CutThroughTransport(scope.workers(), scope.sessions(), scope.counters(), MOST_CONNECTIONS)));
    join(join(stack.applications().attach(new Server())).listen("ct://0.0.0.0:7"));
    context = join(stack.applications().attach(client));
    for (int i = 0; i < sessions; i++) {
      context.connect(SERVER, i);
      turnUntil(i + 1 - OUTSTANDING);
    }
    turnUntil(sessions);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = sessions - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      long handle = handles[i];
      handles[i] = handles[j];
      handles[j] = handle;
    }
  }

  /** Ends the stack. */
  @TearDown
  public void close() {
    worker.exit();
    stack.close();
  }

  /** Finds a session that is there. */
  @Benchmark
  public long hit() {
    Session session = Objects.requireNonNull(Objects.requireNonNull(context).session(handles[next()]));
    return found(session.handle());
  }

  /** Asks for one that has another generation. */
  @Benchmark
  public long stale() {
    long handle = handles[next()] + 1;
    return found(Objects.requireNonNull(context).session(handle) == null ? handle : 0);
  }

  private int next() {
    next = (next + 1) & (sessions - 1);
    return next;
  }

  private long found(long handle) {
    next += (int) (handle >>> 32) & 1;
    return handle;
  }

  private <T> T join(CompletableFuture<T> future) {
    for (int i = 0; i < MOST_TURNS && !future.isDone(); i++) {
      worker.turn();
    }
    return future.getNow(null);
  }

  private void turnUntil(int connected) {
    for (int i = 0; i < MOST_TURNS && client.connected < connected; i++) {
      worker.turn();
    }
    if (client.connected < connected) {
      throw new IllegalStateException(client.connected + " of " + connected + " sessions are connected");
    }
  }

  private static final class Server implements Application {}

  private final class Client implements Application {
    private int connected;

    @Override
    public void onConnected(Session session, long opaque) {
      handles[(int) opaque] = session.handle();
      connected++;
    }
  }
}
