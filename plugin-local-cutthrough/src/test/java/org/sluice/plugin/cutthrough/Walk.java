package org.sluice.plugin.cutthrough;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.sluice.core.StackLimits;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.PendingConnect;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;

/**
 * A seeded walk through everything that applications can do with local sessions, in a random interleaving of the
 * workers' turns, beside a reference that knows what each application may be told. The same seed goes the same way.
 */
final class Walk {
  private static final int APPS = 4;
  private static final int PORTS = 3;
  private static final int MAX_CONNECTS = 40;
  private static final int REST_EVERY = 5_000;

  final SplittableRandom random;
  private final long seed;
  private final int dataWorkers;
  private final LocalHost host;
  private final LongPredicate planted;
  private final List<WalkApp> apps = new ArrayList<>();
  private final Map<Integer, WalkEnd> accepted = new HashMap<>();
  private long step;
  private long nextOpaque = 1;
  private @Nullable String failure;

  /**
   * Makes a walk.
   *
   * @param planted a step at which to report a failure that is none, to see that it comes back
   */
  Walk(long seed, int dataWorkers, LongPredicate planted) {
    this.seed = seed;
    this.dataWorkers = dataWorkers;
    this.planted = planted;
    random = new SplittableRandom(seed * 31 + dataWorkers);
    host = new LocalHost(dataWorkers, StackLimits.DEFAULT, 1000, seed);
    host.runtime.tolerateFaults();
    for (int i = 0; i < APPS; i++) {
      apps.add(attach(i));
    }
  }

  private WalkApp attach(int index) {
    WalkApp app = new WalkApp(this, "app" + index);
    // One of them has an event queue that is often full.
    AttachOptions options = AttachOptions.named(app.name).with().segments(256 << 10, 64 << 10, 1 << 10)
        .fifoBytes(4 << 10, 8 << 10).eventQueueEvents(index == 0 ? 16 : 128).build();
    host.main(() -> host.scope.applications().attach(app, options).join());
    return app;
  }

  /** Walks, then lets everybody leave and looks for what is left. */
  void run(int steps) {
    for (step = 1; step <= steps; step++) {
      takeStep();
      expect(!planted.test(step), "planted", "");
      check();
      if (step % REST_EVERY == 0) {
        rest();
      }
    }
    for (WalkApp app : apps) {
      if (!app.isLeaving()) {
        host.onMain(() -> app.leave(true));
      }
    }
    host.settle();
    check();
    host.assertNothingLeft();
  }

  private void takeStep() {
    if (random.nextInt(5) < 3) {
      host.runtime.step();
      return;
    }
    int index = random.nextInt(APPS);
    WalkApp app = apps.get(index);
    if (app.isLeaving()) {
      if (app.hasLeft() && random.nextInt(20) == 0) {
        apps.set(index, attach(index));
      }
      return;
    }
    int what = random.nextInt(1000);
    if (what < 60) {
      listenOrNot(app);
    } else if (what < 220) {
      connect(app);
    } else if (what < 240) {
      cancel(app);
    } else if (what < 244) {
      detach(app);
    } else if (what < 247) {
      host.runtime.advance(Duration.ofMillis(random.nextInt(1, 1500)));
    } else if (!app.ends.isEmpty()) {
      WalkEnd end = app.ends.get(random.nextInt(app.ends.size()));
      if (!end.isGone()) {
        host.on(Handle.worker(end.handle), () -> app.act(end));
      }
    }
  }

  private void listenOrNot(WalkApp app) {
    int port = random.nextInt(1, PORTS + 1);
    Long listener = app.listeners.get(port);
    if (listener != null) {
      host.main(() -> app.context().unlisten(listener).join());
      app.listeners.remove(port);
      return;
    }
    boolean taken = isListening(port);
    boolean unsure = someoneIsLeaving();
    host.onMain(() -> {
      CompletableFuture<Long> result = app.context().listen("ct://0.0.0.0:" + port);
      boolean refused = result.isCompletedExceptionally();
      expect(refused == taken || refused && unsure, "listen on " + port, app.name);
      if (!refused) {
        app.listeners.put(port, result.join());
      }
    });
  }

  private boolean isListening(int port) {
    return apps.stream().anyMatch(app -> !app.isLeaving() && app.listeners.containsKey(port));
  }

  /** A leaving application's listeners go when worker 0 hears of it, which from outside takes a moment. */
  private boolean someoneIsLeaving() {
    return apps.stream().anyMatch(app -> app.isLeaving() && !app.hasLeft());
  }

  private void connect(WalkApp app) {
    if (app.connects.size() + app.ends.size() >= MAX_CONNECTS) {
      app.tidy();
      return;
    }
    int port = random.nextInt(1, PORTS + 1);
    long opaque = nextOpaque++;
    String uri = "ct://127.0.0.1:" + port;
    if (random.nextInt(8) == 0) {
      app.connects.put(opaque, "any");
      expect(app.context().connect(uri, opaque) == SessionError.NONE, "connect", app.name);
      return;
    }
    app.connects.put(opaque, isListening(port) || someoneIsLeaving() ? "any" : "NOROUTE");
    host.onMain(() -> expect(app.context().connect(uri, opaque) == SessionError.NONE, "connect", app.name));
  }

  private void cancel(WalkApp app) {
    host.onMain(() -> {
      List<PendingConnect> waiting = app.context().pendingConnects().join();
      expect(waiting.size() <= app.connects.size(), "more half-opens than connects", app.name);
      if (!waiting.isEmpty()) {
        PendingConnect one = waiting.get(random.nextInt(waiting.size()));
        expect(app.connects.containsKey(one.opaque()), "a half-open without a connect", app.name);
        if (app.context().cancelConnect(one.halfOpen()).join() == SessionError.NONE) {
          app.connects.remove(one.opaque());
        }
      }
    });
  }

  private void detach(WalkApp app) {
    if (random.nextBoolean()) {
      host.onMain(() -> app.leave(true));
    } else {
      app.leave(false);
    }
  }

  // ---- Called by the applications.

  void accepted(int clientPort, WalkEnd end) {
    accepted.put(clientPort, end);
  }

  void connected(int clientPort, WalkEnd end) {
    WalkEnd server = accepted.remove(clientPort);
    expect(server != null, "connected before the server accepted", end);
    if (server != null) {
      expect(Handle.worker(server.handle) == Handle.worker(end.handle), "both ends on one worker", end);
      server.pair(end);
    }
  }

  /** Applications act in their callbacks too, not always. */
  void actMaybe(WalkEnd end) {
    if (random.nextInt(3) == 0) {
      end.app.act(end);
    }
  }

  void expect(boolean condition, String what, Object about) {
    if (!condition && failure == null) {
      failure = what + " [" + about + "]";
    }
  }

  // ---- Looking.

  private void check() {
    if (failure != null) {
      throw new AssertionError("seed " + seed + ", " + dataWorkers + " data workers, step " + step + ": " + failure
          + "; again with -Dsluice.walk.seed=" + seed);
    }
  }

  /** Lets everything that was begun come to its end: then nobody may miss anything. */
  private void rest() {
    host.settle();
    check();
    for (WalkApp app : apps) {
      if (app.isLeaving()) {
        expect(app.hasLeft(), "still leaving", app.name);
        continue;
      }
      expect(app.connects.isEmpty(), "unanswered connects " + app.connects.keySet(), app.name);
      app.tidy();
      for (WalkEnd end : app.ends) {
        host.on(Handle.worker(end.handle), end::checkAtRest);
      }
    }
    check();
  }

  /** What tells two walks apart. */
  long fingerprint() {
    return host.runtime.fingerprint();
  }
}
