package org.sluice.plugin.transfer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.pf4j.ExtensionPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.Applications;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.ListenOptions;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.ConfigurationException;
import org.sluice.spi.host.ExtensionListener;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.network.Network;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.MessageHandler;
import org.sluice.spi.runtime.MessagePort;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.TimerTask;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.runtime.Workers;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionLayer;

/** A host with one worker in virtual time that joins applications of this process; a test drives its turns. */
final class FakeHost implements HostServices, Applications, Workers, Worker, Clock, Counters, Configuration {
  private final Segment segment = Segment.allocate(4 << 20);
  private final Deque<Runnable> events = new ArrayDeque<>();
  private final Map<String, Count> counters = new TreeMap<>();
  private final Map<String, Context> listeners = new HashMap<>();
  private final Map<String, Long> listenerHandles = new HashMap<>();
  private final List<FakeTimer> timers = new ArrayList<>();
  final Map<String, Object> settings = new HashMap<>();
  final List<FakeSession> sessions = new ArrayList<>();
  private final List<Context> contexts = new ArrayList<>();
  private int slot;
  private long nowNs = 1;

  FakeHost(Map<String, Object> settings) {
    this.settings.putAll(settings);
  }

  /** Loses what is on its way, as a broken network would. */
  void forgetEvents() {
    events.clear();
  }

  /** Detaches the applications of that name. */
  void detach(String name) {
    for (Context context : List.copyOf(contexts)) {
      if (context.name().equals(name)) {
        var _ = context.detach();
      }
    }
  }

  int nextSlot() {
    return slot++;
  }

  synchronized void post(Runnable event) {
    events.add(event);
  }

  /** Runs turns until nothing is left to do. */
  void run() {
    while (turn()) {
      // The next one.
    }
  }

  boolean turn() {
    List<Runnable> batch;
    synchronized (this) {
      batch = List.copyOf(events);
      events.clear();
    }
    batch.forEach(Runnable::run);
    return !batch.isEmpty();
  }

  void advance(Duration duration) {
    nowNs += duration.toNanos();
    for (FakeTimer timer : List.copyOf(timers)) {
      if (timer.armed && timer.deadlineNs <= nowNs) {
        timer.armed = false;
        timer.task.onExpiry(nowNs);
      }
    }
    run();
  }

  long count(String name) {
    Count count = counters.get(name);
    return count == null ? 0 : count.value;
  }

  int fifos() {
    return segment.fifoCount();
  }

  // ---- Applications.

  @Override
  public CompletableFuture<ApplicationContext> attach(Application application, AttachOptions options) {
    CompletableFuture<ApplicationContext> attached = new CompletableFuture<>();
    post(() -> {
      Context context = new Context(application, options);
      contexts.add(context);
      application.onAttached(context);
      attached.complete(context);
    });
    return attached;
  }

  private void connect(Context client, ConnectOptions options, long opaque) {
    Context server = listeners.get(options.protocol() + "/" + options.remote().port());
    if (server == null) {
      client.callbacks.onConnectFailed(SessionError.REFUSED, opaque, Handle.INVALID);
      return;
    }
    long up = segment.allocateFifo(client.options.txFifoBytes(), 0);
    long down = segment.allocateFifo(client.options.rxFifoBytes(), 0);
    long listener = listenerHandles.getOrDefault(options.protocol() + "/" + options.remote().port(), -1L);
    FakeSession accepted = new FakeSession(this, server.callbacks, listener,
        FifoProducer.attach(segment, down, this), FifoConsumer.attach(segment, up, this));
    FakeSession connected = new FakeSession(this, client.callbacks, Handle.INVALID,
        FifoProducer.attach(segment, up, this), FifoConsumer.attach(segment, down, this));
    accepted.join(connected);
    if (server.callbacks.onAccept(accepted) == AcceptDecision.REJECT) {
      accepted.detach();
      connected.detach();
      client.callbacks.onConnectFailed(SessionError.REFUSED, opaque, Handle.INVALID);
      return;
    }
    server.own.add(accepted);
    client.own.add(connected);
    sessions.add(accepted);
    sessions.add(connected);
    client.callbacks.onConnected(connected, opaque);
  }

  private final class Context implements ApplicationContext {
    private final SessionCallbacks callbacks;
    private final Application application;
    private final AttachOptions options;
    private final List<FakeSession> own = new ArrayList<>();
    private final long handle = Handle.of(0, nextSlot(), 1);

    Context(Application application, AttachOptions options) {
      this.application = application;
      this.callbacks = application.newWorker(0);
      this.options = options;
    }

    @Override
    public String name() {
      return options.name();
    }

    @Override
    public long handle() {
      return handle;
    }

    @Override
    public int applicationWorker() {
      return 0;
    }

    @Override
    public CompletableFuture<Long> listen(ListenOptions listen) {
      CompletableFuture<Long> future = new CompletableFuture<>();
      String key = listen.protocol() + "/" + listen.local().port();
      post(() -> {
        if (listeners.putIfAbsent(key, this) != null) {
          future.completeExceptionally(new SessionException(SessionError.ALREADY_LISTENING, "listen on " + key));
          return;
        }
        long listener = Handle.of(0, nextSlot(), 1);
        listenerHandles.put(key, listener);
        future.complete(listener);
      });
      return future;
    }

    @Override
    public CompletableFuture<Long> listen(String uri) {
      return listen(ListenOptions.of(uri));
    }

    @Override
    public CompletableFuture<@Nullable Void> unlisten(long listener) {
      CompletableFuture<@Nullable Void> future = new CompletableFuture<>();
      post(() -> {
        listenerHandles.entrySet().removeIf(entry -> {
          if (entry.getValue() == listener) {
            listeners.remove(entry.getKey());
            return true;
          }
          return false;
        });
        future.complete(null);
      });
      return future;
    }

    @Override
    public SessionError connect(ConnectOptions connect, long opaque) {
      post(() -> FakeHost.this.connect(this, connect, opaque));
      return SessionError.NONE;
    }

    @Override
    public CompletableFuture<long[]> halfOpens() {
      return CompletableFuture.completedFuture(new long[0]);
    }

    @Override
    public CompletableFuture<SessionError> cancelConnect(long halfOpen) {
      return CompletableFuture.completedFuture(SessionError.NOSESSION);
    }

    @Override
    public @Nullable Session session(long session) {
      return own.stream().filter(s -> s.handle() == session).findFirst().orElse(null);
    }

    @Override
    public CompletableFuture<SessionError> disconnect(long session) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<SessionError> shutdown(long session) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<SessionError> reset(long session) {
      CompletableFuture<SessionError> future = new CompletableFuture<>();
      post(() -> {
        Session found = session(session);
        future.complete(found == null ? SessionError.NOSESSION : found.reset());
      });
      return future;
    }

    @Override
    public CompletableFuture<ApplicationContext> addWorker(SessionCallbacks more) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<@Nullable Void> detachWorker() {
      return detach();
    }

    @Override
    public CompletableFuture<@Nullable Void> detach() {
      CompletableFuture<@Nullable Void> future = new CompletableFuture<>();
      post(() -> {
        contexts.remove(this);
        listeners.values().removeIf(this::equals);
        own.forEach(FakeSession::detach);
        application.onDetached();
        future.complete(null);
      });
      return future;
    }
  }

  // ---- Host services.

  @Override
  public String pluginId() {
    return "transfer";
  }

  @Override
  public Clock clock() {
    return this;
  }

  @Override
  public RandomGenerator random() {
    return new SplittableRandom(1);
  }

  @Override
  public Counters counters() {
    return this;
  }

  @Override
  public Configuration configuration() {
    return this;
  }

  @Override
  public Logger log() {
    return LoggerFactory.getLogger("transfer");
  }

  @Override
  public Workers workers() {
    return this;
  }

  @Override
  public SessionLayer sessions() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Applications applications() {
    return this;
  }

  @Override
  public Network network() {
    throw new IllegalStateException("no network");
  }

  @Override
  public <T extends ExtensionPoint> List<T> extensions(Class<T> point) {
    return List.of();
  }

  @Override
  public <T extends ExtensionPoint> void watch(Class<T> point, ExtensionListener<T> listener) {}

  // ---- Workers, one worker, its clock.

  @Override
  public int count() {
    return 1;
  }

  @Override
  public Worker worker(int index) {
    return this;
  }

  @Override
  public @Nullable Worker current() {
    return this;
  }

  @Override
  public MessagePort newPort(MessageHandler handler) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> CompletableFuture<T> query(int workerIndex, Supplier<T> query) {
    return CompletableFuture.completedFuture(query.get());
  }

  @Override
  public int index() {
    return 0;
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  @Override
  public String name() {
    return "worker-0";
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public long nanoTime() {
    return nowNs;
  }

  @Override
  public long epochMicros() {
    return nowNs / 1000;
  }

  @Override
  public Timer newTimer(TimerTask task) {
    FakeTimer timer = new FakeTimer(task);
    timers.add(timer);
    return timer;
  }

  @Override
  public ControlSlot newControlSlot(Runnable task) {
    throw new UnsupportedOperationException();
  }

  private static final class FakeTimer implements Timer {
    private final TimerTask task;
    private boolean armed;
    private long deadlineNs;

    FakeTimer(TimerTask task) {
      this.task = task;
    }

    @Override
    public void schedule(long newDeadlineNs) {
      deadlineNs = newDeadlineNs;
      armed = true;
    }

    @Override
    public void cancel() {
      armed = false;
    }

    @Override
    public boolean isScheduled() {
      return armed;
    }

    @Override
    public long deadlineNs() {
      return deadlineNs;
    }
  }

  // ---- Counters.

  private static final class Count implements Counter {
    private long value;

    @Override
    public void add(int workerIndex, long amount) {
      value += amount;
    }

    @Override
    public long value() {
      return value;
    }

    @Override
    public long value(int workerIndex) {
      return value;
    }
  }

  @Override
  public Counter counter(String name, String description) {
    return counters.computeIfAbsent(name, _ -> new Count());
  }

  @Override
  public void forEach(BiConsumer<String, Counter> visitor) {
    counters.forEach(visitor);
  }

  // ---- Configuration.

  private Object setting(String key) {
    Object value = settings.get(key);
    if (value == null) {
      throw new ConfigurationException("no " + key);
    }
    return value;
  }

  @Override
  public boolean has(String key) {
    return settings.containsKey(key);
  }

  @Override
  public String text(String key) {
    return (String) setting(key);
  }

  @Override
  public long number(String key) {
    return ((Number) setting(key)).longValue();
  }

  @Override
  public boolean flag(String key) {
    return (Boolean) setting(key);
  }

  @Override
  public long bytes(String key) {
    return number(key);
  }

  @Override
  public Duration duration(String key) {
    return (Duration) setting(key);
  }

  @Override
  @SuppressWarnings("unchecked") // Tests put lists of texts there.
  public List<String> texts(String key) {
    return (List<String>) setting(key);
  }

  @Override
  public Set<String> keys(String key) {
    return settings.keySet();
  }

  @Override
  public Configuration section(String key) {
    throw new UnsupportedOperationException();
  }
}
