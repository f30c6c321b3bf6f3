package org.sluice.testkit.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.sluice.core.StackLimits;
import org.sluice.core.lookup.PortRange;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.session.WalkClient.Connect;
import org.sluice.testkit.session.WalkClient.Fate;
import org.sluice.testkit.session.WalkClient.Open;
import org.sluice.testkit.transport.ScriptedConnection;
import org.sluice.testkit.transport.ScriptedTransport;

/**
 * A random walk over what applications and a transport may do to the session layer, in time and too late. What each
 * call must answer is known beforehand; what applications must have been told, what must live and which ports must be
 * in use is known whenever the workers rest.
 */
final class LayerWalk {
  private static final int CLIENTS = 3;
  static final int MOST = 40;
  static final int FIRST_PORT = 3000;
  static final int PORTS = 16;
  private static final int MOST_UNLOADS = 100;
  private static final int REMEMBERED = 32;
  static final String OWN = ScriptedWorld.OWN;

  private final long seed;
  private final int dataWorkers;
  final SplittableRandom random;
  final Simulation simulation;
  private final Counter illegalTransitions;
  TestHost host;
  ScriptedTransport transport;
  final @Nullable WalkClient[] clients = new @Nullable WalkClient[CLIENTS];
  /** Connections whose applications have left; their transport has not let go. */
  final List<ScriptedConnection> orphanSessions = new ArrayList<>();
  private final List<ScriptedConnection> orphanHalfOpens = new ArrayList<>();
  final ConnectSteps connects = new ConnectSteps(this);
  private final MoveSteps moves = new MoveSteps(this);
  private final ArrayDeque<String> last = new ArrayDeque<>();
  private final List<String> problems = new ArrayList<>();
  private long step;
  private int nextRemotePort = 1024;
  int closes;
  private int resets;
  private int halfCloses;
  private int unloads;

  LayerWalk(long seed, int dataWorkers) {
    this.seed = seed;
    this.dataWorkers = dataWorkers;
    random = new SplittableRandom(seed);
    StackLimits d = StackLimits.DEFAULT;
    simulation = new Simulation(seed, dataWorkers, new StackLimits(
        d.maxSessionsPerWorker(), d.maxFlows(), d.maxSegments(), d.maxTransports(),
        new PortRange(FIRST_PORT, FIRST_PORT + PORTS - 1), d.applications(), d.tx(), d.workers(), d.sweep()));
    illegalTransitions = counter("stack.session.illegal-transition");
    ScriptedWorld.own(simulation);
    host = simulation.host("walk", Map.of());
    transport = load();
  }

  private Counter counter(String wanted) {
    List<Counter> found = new ArrayList<>();
    simulation.stack().counters().forEach((name, counter) -> {
      if (name.equals(wanted)) {
        found.add(counter);
      }
    });
    return found.getFirst();
  }

  /** How often sessions have changed their owner, changed their worker, and got a stream. */
  long[] moved() {
    return new long[] {counter("stack.session.taken-over").value(), counter("stack.session.migrated").value(),
        counter("stack.session.streams-opened").value()};
  }

  private ScriptedTransport load() {
    ScriptedTransport loaded = new ScriptedTransport(
        new TransportDescriptor("script", "S", ServiceType.VIRTUAL_CIRCUIT, TxMode.DEQUEUE, Set.of()), host);
    loaded.takesLocalEndpoints().takesStreams();
    simulation.await(() -> host.scope().registerTransport(loaded));
    closes = 0;
    resets = 0;
    halfCloses = 0;
    return loaded;
  }

  long fingerprint() {
    return simulation.runtime().fingerprint();
  }

  void run(long steps) {
    try {
      for (step = 1; step <= steps; step++) {
        act();
        if (step % 16 == 0) {
          rest();
          checkWhatLives();
        }
        if (!problems.isEmpty()) {
          throw new AssertionError(String.join("; ", problems));
        }
      }
      end();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + " with " + dataWorkers + " data workers, step " + step + ": "
          + e.getMessage() + "; the last steps: " + last + "; -Dsluice.walk.seed=" + seed + " replays it", e);
    }
  }

  void log(String what) {
    if (last.size() == REMEMBERED) {
      last.remove();
    }
    last.add(step + " " + what);
  }

  void require(boolean right, String what) {
    if (!right) {
      problems.add(what);
    }
  }

  void rest() {
    simulation.run();
  }

  int anyWorker() {
    return random.nextInt(dataWorkers + 1);
  }

  Worker worker(int index) {
    return simulation.stack().workers().worker(index);
  }

  <T> @Nullable T any(List<T> choices) {
    return choices.isEmpty() ? null : choices.get(random.nextInt(choices.size()));
  }

  // ---- Steps.

  private void act() {
    int number = random.nextInt(CLIENTS);
    WalkClient client = clients[number];
    if (client == null) {
      attach(number);
      return;
    }
    int what = random.nextInt(1000);
    if (what < 200) {
      connects.connect(client);
    } else if (what < 500) {
      connects.halfOpen(client);
    } else if (what < 560) {
      connects.tooLate(client);
    } else if (what < 640) {
      listen(client);
    } else if (what < 810) {
      session(client);
    } else if (what < 900) {
      moves.any(client);
    } else if (what < 970) {
      orphan();
    } else if (what < 990) {
      simulation.runtime().step();
    } else if (what < 995) {
      simulation.advance(Duration.ofMillis(random.nextInt(500)));
    } else if (what < 999) {
      detach(client);
    } else if (unloads++ < MOST_UNLOADS) {
      unload();
    }
  }

  private void attach(int number) {
    log("attach " + number);
    WalkClient client = new WalkClient(number, problems::add);
    AttachOptions options = ScriptedWorld.options("client" + number, 1 << 20).with()
        .fifoBytes(4 << 10, 4 << 10).eventQueueEvents(256).build();
    simulation.await(() -> simulation.stack().scope("applications").applications().attach(client, options));
    client.second(simulation.await(() -> client.context().addWorker(client)));
    clients[number] = client;
  }

  // ---- Listeners and sessions.

  private void listen(WalkClient client) {
    if (client.listener < 0) {
      log("listen " + client.number);
      client.listener = simulation.await(
          () -> client.context().listen("script://" + OWN + ":" + (80 + client.number)));
      client.listening = transport.listener();
    } else if (random.nextInt(8) == 0) {
      log("unlisten " + client.number);
      simulation.await(() -> client.context().unlisten(client.listener));
      ScriptedConnection gone = client.listening;
      client.listener = Handle.INVALID;
      client.listening = null;
      if (gone != null) {
        simulation.on(0, () ->
            require(transport.incoming(gone, 1, worker(0)).session < 0, "accepted without a listener"));
      }
    } else if (client.opens.size() < MOST) {
      accept(client);
    }
  }

  private void accept(WalkClient client) {
    int worker = anyWorker();
    boolean broken = random.nextInt(8) == 0;
    ScriptedConnection listening = client.listening;
    if (listening == null) {
      return;
    }
    log("incoming for " + client.number + " on " + worker + (broken ? ", broken off" : ""));
    rest();
    nextRemotePort = nextRemotePort == 65_535 ? 1024 : nextRemotePort + 1;
    simulation.on(worker, () -> {
      ScriptedConnection made = transport.incoming(listening, nextRemotePort, worker(worker));
      require(made.session >= 0, "accept: " + SessionError.of(made.session));
      if (broken) {
        transport.deleted(made);
      } else {
        client.opens.put(made.session, new Open(made, "accepted"));
        require(host.sessions().acceptNotify(made) == 0, "acceptNotify");
      }
    });
    rest();
  }

  /** A session of a client; all workers rest. */
  @Nullable Open anyOpen(WalkClient client) {
    rest();
    return any(client.opens.values().stream()
        .sorted((a, b) -> Long.compare(a.connection.handle(), b.connection.handle())).toList());
  }

  private void session(WalkClient client) {
    Open open = anyOpen(client);
    Session session = open == null ? null : open.session;
    if (open == null || session == null) {
      return;
    }
    SessionModel model = open.model;
    ScriptedConnection c = open.connection;
    SessionStep what = SessionStep.any(random);
    boolean receives = random.nextInt(8) == 0;
    log("session " + Handle.text(c.session) + " of " + client.number + ": " + what);
    List<Open> reached = new ArrayList<>(open.streams);
    reached.add(open);
    reached.forEach(one -> expect(one.model, -1));
    simulation.on(c.workerIndex(), () -> {
      if (receives) {
        transport.deliver(c, new byte[] {1, 2, 3});
      }
      what.take(host.sessions(), transport, session, c, model);
    });
    open.streams.forEach(stream -> what.reach(stream.model));
    rest();
    for (Open one : reached) {
      expect(one.model, 1);
      client.check(one);
      if (one.model.gone) {
        client.opens.remove(one.connection.session);
      }
    }
    open.streams.removeIf(stream -> stream.model.gone);
  }

  /** Adds what a session's transport must have been asked to the sums, or takes it away before that changes. */
  private void expect(SessionModel model, int sign) {
    closes += sign * model.closes;
    resets += sign * model.resets;
    halfCloses += sign * model.halfCloses;
  }

  private void orphan() {
    ScriptedConnection session = any(orphanSessions);
    if (session != null) {
      log("orphan session " + Handle.text(session.session));
      orphanSessions.remove(session);
      // They cannot outlive what carries them.
      orphanSessions.removeAll(transport.streams(session));
      simulation.on(session.workerIndex(), () -> transport.deleted(session));
    }
    ScriptedConnection halfOpen = any(orphanHalfOpens);
    if (halfOpen != null) {
      log("orphan half-open " + Handle.text(halfOpen.session));
      orphanHalfOpens.remove(halfOpen);
      connects.isOver(halfOpen);
      simulation.on(anyWorker(), () -> transport.delete(halfOpen));
    }
  }

  // ---- Ends.

  private void detach(WalkClient client) {
    log("detach " + client.number);
    clients[client.number] = null;
    client.leave();
    for (Connect connect : client.connects.values()) {
      ScriptedConnection halfOpen = connect.halfOpen;
      if (halfOpen != null && connect.fate == Fate.WAITS) {
        connects.isOver(halfOpen);
      } else if (halfOpen != null && !connect.deleted) {
        orphanHalfOpens.add(halfOpen);
      }
    }
    for (Open open : client.opens.values()) {
      int before = open.model.closes;
      open.model.applicationEnds(false);
      closes += open.model.closes - before;
      if (!open.model.gone) {
        orphanSessions.add(open.connection);
      }
    }
    simulation.await(() -> client.context().detach());
    rest();
  }

  private void unload() {
    log("unload");
    rest();
    orphanSessions.clear();
    orphanHalfOpens.forEach(connects::isOver);
    orphanHalfOpens.clear();
    for (WalkClient client : clients) {
      if (client != null) {
        unloadOf(client);
      }
    }
    simulation.await(host::revoke);
    rest();
    for (WalkClient client : clients) {
      if (client != null) {
        client.checkAtRest();
        client.opens.values().removeIf(open -> open.model.gone);
      }
    }
    require(transport.live() == 0, "connections of a transport that has gone: " + transport.live());
    host = simulation.host("walk", Map.of());
    transport = load();
  }

  private void unloadOf(WalkClient client) {
    client.listener = Handle.INVALID;
    client.listening = null;
    for (Connect connect : client.connects.values()) {
      if (connect.fate == Fate.WAITS) {
        connect.failed(SessionError.NOSUPPORT);
      }
      connect.deleted = true;
      if (connect.halfOpen != null) {
        connects.isOver(connect.halfOpen);
      }
    }
    for (Open open : client.opens.values()) {
      open.model.transportEnds("reset");
      open.model.deletes();
    }
  }

  /** All workers rest. */
  private void checkWhatLives() {
    int live = orphanSessions.size() + orphanHalfOpens.size();
    Set<Integer> ports = new HashSet<>();
    orphanSessions.forEach(orphan -> addIfOwner(ports, orphan));
    orphanHalfOpens.forEach(orphan -> addIfOwner(ports, orphan));
    for (WalkClient client : clients) {
      if (client == null) {
        continue;
      }
      client.checkAtRest();
      live += client.opens.size() + (client.listener < 0 ? 0 : 1) + client.connects.size();
      client.connects.values().forEach(connect -> addIfOwner(ports, connect.halfOpen));
      client.opens.values().stream().filter(open -> !open.model.deleted)
          .forEach(open -> addIfOwner(ports, open.connection));
      if (client.listening != null) {
        ports.add(client.listening.localPort());
      }
    }
    int found = 0;
    for (int i = 0; i <= dataWorkers; i++) {
      int index = i;
      found += simulation.get(i, () -> simulation.stack().sessionCore().worker(index).liveSessions());
    }
    require(found == live, found + " sessions, not " + live);
    int inUse = simulation.stack().sessions().localEndpoints().inUse();
    require(inUse == ports.size(), inUse + " local endpoints, not " + ports);
    require(illegalTransitions.value() == 0, illegalTransitions.value() + " illegal transitions");
    require(transport.calls("close") == closes, transport.calls("close") + " closes, not " + closes);
    require(transport.calls("reset") == resets, transport.calls("reset") + " resets, not " + resets);
    require(transport.calls("halfClose") == halfCloses, transport.calls("halfClose") + " half-closes");
  }

  private void addIfOwner(Set<Integer> ports, @Nullable ScriptedConnection connection) {
    if (connection != null && connection.ownsEndpoint()) {
      ports.add(connection.localPort());
    }
  }

  private void end() {
    for (WalkClient client : clients) {
      if (client != null) {
        detach(client);
      }
    }
    while (!orphanSessions.isEmpty() || !orphanHalfOpens.isEmpty()) {
      orphan();
    }
    rest();
    checkWhatLives();
    simulation.await(host::revoke);
    simulation.requireNothingLeft();
    if (!problems.isEmpty()) {
      throw new AssertionError(String.join("; ", problems));
    }
  }
}
