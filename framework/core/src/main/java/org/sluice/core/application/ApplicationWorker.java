package org.sluice.core.application;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.segment.FifoPair;
import org.sluice.core.segment.ManagedSegment;
import org.sluice.core.segment.SegmentListener;
import org.sluice.core.segment.SegmentManager;
import org.sluice.core.segment.SegmentOptions;
import org.sluice.core.segment.SegmentUser;
import org.sluice.core.session.EventLane;
import org.sluice.core.session.SessionOwner;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.ListenOptions;
import org.sluice.spi.application.PendingConnect;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.EventQueue;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.TransportAttribute;

/**
 * An application worker: the owner of listeners, connects and sessions, and what the application acts through. Made and
 * closed on worker 0; the session layer reads its lanes and memory on every worker.
 */
final class ApplicationWorker implements ApplicationContext, SessionOwner, SegmentListener {
  private static final int CONTROL_SHARE = 4;
  private static final int MIN_CONTROL_EVENTS = 16;

  private final ControlPlane plane;
  private final ApplicationRegistry registry;
  private final AttachedApplication application;
  private final long handle;
  private final int number;
  private final SegmentOptions segmentOptions;
  private final SegmentUser segmentUser;
  private final SegmentManager memory;
  private final GuestSegments guests;
  private final @Nullable EventLane[] lanes;
  private final long[] queueOffsets;
  private final int maxUnansweredConnects;
  private final AtomicInteger unansweredConnects = new AtomicInteger();
  private volatile boolean attached;
  private volatile @Nullable ApplicationWorker successor;
  private volatile boolean detached;

  ApplicationWorker(ControlPlane plane, ApplicationRegistry registry, AttachedApplication application, long handle) {
    this.plane = plane;
    this.registry = registry;
    this.application = application;
    this.handle = handle;
    number = application.nextWorkerNumber();
    segmentOptions = SegmentOptions.of(application.options(), plane.limits().segmentLingerNs());
    segmentUser = new SegmentUser(handle, application.budget(), this);
    memory = newMemory();
    guests = new GuestSegments(this, plane.segments());
    lanes = new @Nullable EventLane[plane.workers().count()];
    queueOffsets = new long[lanes.length];
    maxUnansweredConnects = Math.min(application.options().maxConnects(), plane.limits().maxUnansweredConnects());
  }

  /**
   * Makes the first segment with an event queue per stack worker; 0 or an error, then nothing is left. That segment
   * comes and goes with the attachment, so nobody is told.
   */
  int open(@Nullable SessionCallbacks callbacks) {
    int error = memory.openFirst();
    if (error != 0) {
      return error;
    }
    for (int i = 0; i < lanes.length && error == 0; i++) {
      error = openLane(i, callbacks);
    }
    if (error == 0) {
      attached = true;
      return 0;
    }
    for (EventLane lane : lanes) {
      if (lane != null) {
        lane.home().records().remove(lane);
        lane.close();
      }
    }
    giveMemoryBack();
    return error;
  }

  private int openLane(int worker, @Nullable SessionCallbacks callbacks) {
    int events = application.options().eventQueueEvents();
    int controlEvents = Math.clamp(events / CONTROL_SHARE, MIN_CONTROL_EVENTS, EventQueue.MAX_CONTROL_EVENTS);
    long offset = memory.allocateEventQueue(events, controlEvents);
    if (offset < 0) {
      return SessionError.SEG_NO_SPACE.code();
    }
    queueOffsets[worker] = offset;
    SessionCallbacks own = callbacks;
    if (own == null) {
      try {
        own = Objects.requireNonNull(application.callbacks().newWorker(worker), "newWorker returned null");
      } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
        faults().caught("newWorker", e);
        return SessionError.UNKNOWN.code();
      }
    }
    EventQueue queue = EventQueue.attach(firstSegment().memory(), offset);
    lanes[worker] = plane.sessions().worker(worker).newLane(this, own, queue);
    if (number == 0 && application.options().flags().contains(AttachOptions.Flag.EVENT_COLLECTOR)) {
      plane.sessions().worker(worker).records().add(lane(worker));
    }
    return 0;
  }

  /**
   * Leaves: connects are cancelled, sessions on every worker taken away, then the memory given back. Another one of its
   * application, if there is one, goes on with what it collects.
   */
  CompletableFuture<@Nullable Void> close(@Nullable ApplicationWorker next) {
    plane.assertMain();
    successor = next;
    detached = true;
    plane.sessions().halfOpens().detach(lane(0));
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    AtomicInteger open = new AtomicInteger(lanes.length);
    ControlSlot finish = plane.workers().worker(0).newControlSlot(() -> {
      giveMemoryBack();
      done.complete(null);
    });
    for (int i = 0; i < lanes.length; i++) {
      int worker = i;
      Runnable closed = () -> {
        plane.localSegments().get(worker).detach(handle);
        if (open.decrementAndGet() == 0) {
          finish.post();
        }
      };
      plane.workers().worker(worker)
          .newControlSlot(() -> plane.sessions().worker(worker).closeLane(lane(worker), closed))
          .post();
    }
    return done;
  }

  private void giveMemoryBack() {
    for (long offset : queueOffsets) {
      if (offset != 0) {
        firstSegment().memory().freeEventQueue(offset);
      }
    }
    memory.detach();
  }

  private ManagedSegment firstSegment() {
    ManagedSegment first = memory.first();
    if (first == null) {
      throw new IllegalStateException("application worker " + Handle.text(handle) + " has no first segment");
    }
    return first;
  }

  AttachedApplication application() {
    return application;
  }

  SegmentManager memory() {
    return memory;
  }

  /** A segment manager for sessions of this application worker. */
  SegmentManager newMemory() {
    return new SegmentManager(segmentOptions, application.budget(), this, plane.workers().worker(0));
  }

  SegmentOptions segmentOptions() {
    return segmentOptions;
  }

  SegmentUser segmentUser() {
    return segmentUser;
  }

  // ---- Segments come and go, on the worker that allocates or frees.

  @Override
  public void onSegmentAdded(long segment, ManagedSegment area) {
    if (attached && !detached) {
      SessionCallbacks callbacks = callbacksHere();
      ControlPlane.guarded(faults(), "onSegmentAdded", () -> callbacks.onSegmentAdded(segment));
    }
  }

  @Override
  public void onSegmentRemoved(long segment, ManagedSegment area) {
    if (attached && !detached) {
      SessionCallbacks callbacks = callbacksHere();
      ControlPlane.guarded(faults(), "onSegmentRemoved", () -> callbacks.onSegmentRemoved(segment));
    }
  }

  private SessionCallbacks callbacksHere() {
    Worker here = plane.workers().current();
    return lane(here == null ? 0 : here.index()).callbacks();
  }

  // ---- What the session layer asks.

  @Override
  public PluginFaults faults() {
    return application.faults();
  }

  @Override
  public int namespace() {
    return application.namespace().index();
  }

  @Override
  public EventLane lane(int worker) {
    EventLane lane = lanes[worker];
    if (lane == null) {
      throw new IllegalStateException("application worker " + Handle.text(handle) + " has no lane " + worker);
    }
    return lane;
  }

  @Override
  public boolean isDetached() {
    return detached;
  }

  @Override
  public @Nullable SessionOwner successor() {
    return successor;
  }

  @Override
  public int allocateConnectFifos(FifoPair out) {
    return memory.allocatePair(out);
  }

  @Override
  public boolean sharesApplication(SessionOwner other) {
    return other instanceof ApplicationWorker worker && worker.application == application;
  }

  @Override
  public void segmentTaken(long segment) {
    guests.taken(segment);
  }

  @Override
  public void segmentLeft(long segment) {
    guests.left(segment);
  }

  @Override
  public void listenerSessionLost(long session) {
    var _ = plane.workers().<@Nullable Void>call(0, () -> {
      registry.listens().sessionLost(this, session);
      return null;
    });
  }

  @Override
  public void connectAnswered() {
    unansweredConnects.decrementAndGet();
  }

  // ---- What the application asks.

  @Override
  public String name() {
    return application.options().name();
  }

  @Override
  public long handle() {
    return handle;
  }

  @Override
  public int applicationWorker() {
    return number;
  }

  @Override
  public CompletableFuture<Long> listen(ListenOptions options) {
    return listening(() -> registry.listens().listen(this, options));
  }

  @Override
  public CompletableFuture<Long> listen(String uri) {
    return listening(() -> registry.listens().listen(this, uri));
  }

  /** New work of worker 0, which completes when other workers have done their part. */
  @SuppressWarnings("FutureReturnValueIgnored") // The inner future is not ignored but unwrapped.
  private CompletableFuture<Long> listening(Supplier<CompletableFuture<Long>> work) {
    return plane.admit("listen by '" + name() + "'", work).thenCompose(end -> end);
  }

  @Override
  public CompletableFuture<@Nullable Void> unlisten(long listener) {
    Supplier<@Nullable Void> task = () -> {
      registry.listens().unlisten(this, listener);
      return null;
    };
    return plane.run(task);
  }

  @Override
  public SessionError connect(ConnectOptions options, long opaque) {
    Objects.requireNonNull(options, "options");
    if (!plane.transports().isOn()) {
      return counted(SessionError.DISABLED);
    }
    if (detached) {
      return counted(SessionError.NOAPP);
    }
    if (unansweredConnects.incrementAndGet() > maxUnansweredConnects) {
      unansweredConnects.decrementAndGet();
      plane.counters().connects().increment(Counter.NO_WORKER);
      return counted(SessionError.LIMIT);
    }
    if (options.parent() == Handle.INVALID && plane.workers().worker(0).isCurrent()) {
      registry.connects().connect(this, options, opaque);
      return SessionError.NONE;
    }
    boolean sent = options.parent() == Handle.INVALID
        ? registry.connectRequests().send(this, options, opaque)
        : registry.streamConnects().send(this, options, opaque);
    if (sent) {
      return SessionError.NONE;
    }
    unansweredConnects.decrementAndGet();
    return counted(SessionError.LIMIT);
  }

  @Override
  public int connectAll(ConnectOptions[] options, long[] opaques, int count) {
    Objects.checkFromIndexSize(0, count, Math.min(options.length, opaques.length));
    for (int i = 0; i < count; i++) {
      Objects.requireNonNull(options[i], "options");
    }
    if (!plane.transports().isOn()) {
      return counted(SessionError.DISABLED).code();
    }
    if (detached) {
      return counted(SessionError.NOAPP).code();
    }
    int allowed = reserveConnects(count);
    int begun = allowed;
    if (plane.workers().worker(0).isCurrent()) {
      connectHere(options, opaques, allowed);
    } else {
      begun = registry.connectRequests().send(this, options, opaques, allowed);
      unansweredConnects.addAndGet(begun - allowed);
    }
    if (begun < count) {
      counted(SessionError.LIMIT);
    }
    return begun;
  }

  private void connectHere(ConnectOptions[] options, long[] opaques, int count) {
    int done = 0;
    try {
      while (done < count) {
        int i = done++;
        registry.connects().connect(this, options[i], opaques[i]);
      }
    } finally {
      unansweredConnects.addAndGet(done - count);
    }
  }

  /** Counts connects as unanswered, as many as may be; returns how many. */
  private int reserveConnects(int wanted) {
    int before = unansweredConnects.getAndAdd(wanted);
    int allowed = Math.clamp(maxUnansweredConnects - before, 0, wanted);
    if (allowed < wanted) {
      unansweredConnects.addAndGet(allowed - wanted);
      plane.counters().connects().increment(Counter.NO_WORKER);
    }
    return allowed;
  }

  private SessionError counted(SessionError error) {
    plane.sessionCounters().error(Counter.NO_WORKER, error);
    return error;
  }

  @Override
  public CompletableFuture<long[]> halfOpens() {
    return plane.run(() -> plane.sessions().halfOpens().waiting(lane(0)));
  }

  @Override
  public CompletableFuture<List<PendingConnect>> pendingConnects() {
    return plane.run(() -> plane.sessions().halfOpens().pending(lane(0)));
  }

  @Override
  public CompletableFuture<SessionError> cancelConnect(long halfOpen) {
    return plane.run(() -> plane.sessions().halfOpens().cancel(halfOpen, this));
  }

  @Override
  public CompletableFuture<Integer> cancelConnects() {
    return unwrapped(() -> ConnectCancels.start(plane, application));
  }

  @Override
  public <T> @Nullable T halfOpenAttribute(long halfOpen, TransportAttribute<T> attribute) {
    return plane.sessions().halfOpens().attribute(halfOpen, this, attribute);
  }

  @Override
  public @Nullable Session session(long session) {
    return plane.sessions().session(session, this);
  }

  @Override
  public CompletableFuture<SessionError> disconnect(long session) {
    return end(session, Session::close);
  }

  @Override
  public CompletableFuture<SessionError> shutdown(long session) {
    return end(session, Session::shutdown);
  }

  @Override
  public CompletableFuture<SessionError> reset(long session) {
    return end(session, Session::reset);
  }

  private CompletableFuture<SessionError> end(
      long session, Function<Session, SessionError> how) {
    return at(session, () -> {
      SessionError error = plane.sessions().check(session, this);
      Session own = error == SessionError.NONE ? plane.sessions().session(session, this) : null;
      return own == null ? error : how.apply(own);
    });
  }

  @Override
  public CompletableFuture<SessionError> takeOver(long session) {
    return at(session, () -> plane.sessions().takeOver(session, this));
  }

  private CompletableFuture<SessionError> at(long session, Supplier<SessionError> call) {
    return session < 0 || Handle.worker(session) >= lanes.length
        ? CompletableFuture.completedFuture(counted(SessionError.NOSESSION))
        : plane.workers().call(Handle.worker(session), call);
  }

  @Override
  public CompletableFuture<ApplicationContext> addWorker(SessionCallbacks callbacks) {
    return plane.admit("new worker of '" + name() + "'", () -> registry.addWorker(application, callbacks));
  }

  @Override
  public CompletableFuture<@Nullable Void> detachWorker() {
    return unwrapped(() -> registry.detachWorker(this));
  }

  @Override
  public CompletableFuture<@Nullable Void> detach() {
    return unwrapped(() -> registry.detachNow(application));
  }

  /** Completes when the work that worker 0 started has come to its end. */
  @SuppressWarnings("FutureReturnValueIgnored") // The inner future is not ignored but unwrapped.
  private <T extends @Nullable Object> CompletableFuture<T> unwrapped(Supplier<CompletableFuture<T>> work) {
    return plane.run(work).thenCompose(end -> end);
  }
}
