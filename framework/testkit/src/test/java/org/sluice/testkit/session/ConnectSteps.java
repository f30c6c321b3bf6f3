package org.sluice.testkit.session;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.Endpoint;
import org.sluice.testkit.session.WalkClient.Connect;
import org.sluice.testkit.session.WalkClient.Fate;
import org.sluice.testkit.session.WalkClient.Open;
import org.sluice.testkit.transport.ScriptedConnection;

/** What may become of connects in a {@link LayerWalk}: in time, and too late. */
final class ConnectSteps {
  private static final int REMEMBERED = 32;
  private static final List<Endpoint> SERVERS = List.of(Endpoint.of("192.0.2.1", 7), Endpoint.of("192.0.2.2", 7));

  private final LayerWalk walk;
  /** Half-opens that are over, for what comes too late. */
  private final ArrayDeque<ScriptedConnection> over = new ArrayDeque<>();
  private long nextOpaque;

  ConnectSteps(LayerWalk walk) {
    this.walk = walk;
  }

  long opaque() {
    return nextOpaque++;
  }

  void connect(WalkClient client) {
    if (client.connects.size() >= LayerWalk.MOST) {
      return;
    }
    Endpoint server = SERVERS.get(walk.random.nextInt(SERVERS.size()));
    int port = walk.random.nextInt(4) == 0 ? LayerWalk.FIRST_PORT + walk.random.nextInt(LayerWalk.PORTS) : 0;
    Set<Integer> taken = portsTowards(server);
    SessionError expected = port == 0
        ? taken.size() == LayerWalk.PORTS ? SessionError.NOPORT : SessionError.NONE
        : taken.contains(port) ? SessionError.PORTINUSE : SessionError.NONE;
    long opaque = nextOpaque++;
    walk.log("connect " + client.number + " " + opaque + " to " + server + " from " + port + ": " + expected);
    int before = walk.transport.live();
    ConnectOptions options = ConnectOptions.of("script", server).withLocal(Endpoint.of(LayerWalk.OWN, port));
    Connect failing = new Connect(opaque, null);
    failing.failed(expected);
    client.connects.put(opaque, failing);
    walk.simulation.on(0, () ->
        walk.require(client.context().connect(options, opaque) == SessionError.NONE, "connect"));
    walk.require((walk.transport.live() > before) == (expected == SessionError.NONE), "connect: not " + expected);
    if (walk.transport.live() > before) {
      client.connects.put(opaque, new Connect(opaque, walk.transport.lastHalfOpen()));
    }
  }

  /** The ports that have a flow: of connects that wait, and of sessions whose transport has not let go. */
  private Set<Integer> portsTowards(Endpoint server) {
    Set<Integer> ports = new HashSet<>();
    for (WalkClient client : walk.clients) {
      if (client == null) {
        continue;
      }
      for (Connect connect : client.connects.values()) {
        if (connect.fate == Fate.WAITS && connect.halfOpen != null) {
          addPort(ports, server, connect.halfOpen);
        }
      }
      for (Open open : client.opens.values()) {
        if (!open.model.deleted) {
          addPort(ports, server, open.connection);
        }
      }
    }
    walk.orphanSessions.forEach(orphan -> addPort(ports, server, orphan));
    return ports;
  }

  private static void addPort(Set<Integer> ports, Endpoint server, ScriptedConnection connection) {
    if (connection.remoteEndpoint().address().equals(server.address())) {
      ports.add(connection.localPort());
    }
  }

  void halfOpen(WalkClient client) {
    List<Connect> choices = client.connects.values().stream()
        .filter(c -> c.halfOpen != null && !c.deleted).sorted((a, b) -> Long.compare(a.opaque, b.opaque)).toList();
    Connect connect = walk.any(choices);
    if (connect == null || connect.halfOpen == null) {
      return;
    }
    ScriptedConnection halfOpen = connect.halfOpen;
    if (connect.fate != Fate.WAITS) {
      letGo(connect, halfOpen);
      return;
    }
    int what = walk.random.nextInt(20);
    if (what < 10) {
      answer(client, connect, halfOpen);
    } else if (what < 15) {
      refuse(connect, halfOpen);
    } else if (what < 16) {
      connect.failed(SessionError.UNKNOWN);
      letGo(connect, halfOpen);
    } else {
      cancel(client, connect, halfOpen);
    }
  }

  private void answer(WalkClient client, Connect connect, ScriptedConnection halfOpen) {
    int worker = walk.anyWorker();
    walk.log("answer " + connect.opaque + " on " + worker);
    walk.simulation.on(worker, () -> {
      ScriptedConnection made = walk.transport.answer(halfOpen, walk.worker(worker));
      walk.require(made.session >= 0, "answer to " + connect.opaque + ": " + SessionError.of(made.session));
      connect.fate = Fate.CONNECTED;
      client.opens.put(made.session, new Open(made, "connected"));
    });
  }

  private void refuse(Connect connect, ScriptedConnection halfOpen) {
    int worker = walk.anyWorker();
    SessionError error = walk.random.nextBoolean() ? SessionError.REFUSED : SessionError.TIMEDOUT;
    walk.log("refuse " + connect.opaque + " on " + worker + " with " + error);
    connect.failed(error);
    walk.simulation.on(worker, () ->
        walk.require(walk.transport.refuse(halfOpen, error) == 0, "refusal of " + connect.opaque));
  }

  private void letGo(Connect connect, ScriptedConnection halfOpen) {
    int worker = walk.anyWorker();
    boolean asks = walk.random.nextBoolean();
    walk.log("let go of " + connect.opaque + " on " + worker + (asks ? ", asking" : ""));
    connect.deleted = true;
    isOver(halfOpen);
    walk.simulation.on(worker, () -> {
      if (asks) {
        walk.transport.requestDeleteOf(halfOpen);
      } else {
        walk.transport.delete(halfOpen);
      }
    });
    if (asks) {
      // Its port is free when the application has seen the result.
      walk.rest();
    }
  }

  private void cancel(WalkClient client, Connect connect, ScriptedConnection halfOpen) {
    if (walk.random.nextInt(10) == 0) {
      long waiting = client.connects.values().stream().filter(c -> c.fate == Fate.WAITS).count();
      walk.log("cancel all of " + client.number);
      client.connects.values().removeIf(c -> c.fate == Fate.WAITS);
      int cancelled = walk.simulation.await(() -> client.context().cancelConnects());
      walk.require(cancelled == waiting, "cancelled " + cancelled + " of " + waiting);
    } else {
      walk.log("cancel " + connect.opaque);
      client.connects.remove(connect.opaque);
      walk.simulation.on(0, () -> walk.require(
          client.context().cancelConnect(halfOpen.session).getNow(SessionError.UNKNOWN) == SessionError.NONE,
          "cancel of " + connect.opaque));
    }
    isOver(halfOpen);
  }

  void isOver(ScriptedConnection halfOpen) {
    if (over.size() == REMEMBERED) {
      over.remove();
    }
    over.add(halfOpen);
  }

  void tooLate(WalkClient client) {
    ScriptedConnection halfOpen = walk.any(List.copyOf(over));
    if (halfOpen == null) {
      return;
    }
    int worker = walk.anyWorker();
    walk.log("too late for " + Handle.text(halfOpen.session) + " on " + worker);
    walk.rest();
    walk.simulation.on(worker, () -> {
      walk.require(walk.transport.answer(halfOpen, walk.worker(worker)).session < 0, "a late answer was taken");
      walk.require(walk.transport.refuse(halfOpen, SessionError.REFUSED) < 0, "a late refusal was taken");
      walk.host.sessions().halfOpenDeleteNotify(halfOpen.session);
      walk.require(walk.host.sessions().halfOpenMigrated(halfOpen.session) < 0, "a late migration was taken");
    });
    walk.simulation.on(0, () -> walk.require(
        client.context().cancelConnect(halfOpen.session).getNow(SessionError.UNKNOWN) == SessionError.NOSESSION,
        "a late cancel was taken"));
  }
}
