package org.sluice.testkit.session;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.testkit.session.WalkClient.Connect;
import org.sluice.testkit.session.WalkClient.Fate;
import org.sluice.testkit.session.WalkClient.Open;
import org.sluice.testkit.transport.ScriptedConnection;

/** Sessions of a {@link LayerWalk} that change their worker or their owner, or get streams. */
final class MoveSteps {
  private final LayerWalk walk;

  MoveSteps(LayerWalk walk) {
    this.walk = walk;
  }

  void any(WalkClient client) {
    Open open = walk.anyOpen(client);
    Session session = open == null ? null : open.session;
    if (open == null || session == null) {
      return;
    }
    switch (walk.random.nextInt(4)) {
      case 0 -> takeOver(client, open);
      case 1 -> migrate(client, open);
      case 2 -> incomingStream(client, open);
      default -> connectStream(client, open, session);
    }
    walk.rest();
    client.check(open);
  }

  private static boolean isEnding(SessionModel model) {
    return model.ended || model.closed || model.applicationEnded;
  }

  private void takeOver(WalkClient client, Open open) {
    int wanted = walk.random.nextInt(2);
    boolean closed = open.model.applicationEnded || open.model.deleted;
    SessionError expected = wanted != open.owner && closed ? SessionError.CLOSED : SessionError.NONE;
    walk.log("worker " + wanted + " of " + client.number + " takes " + Handle.text(open.connection.session) + ": "
        + expected);
    SessionError result =
        walk.simulation.await(() -> client.context(wanted).takeOver(open.connection.session));
    walk.require(result == expected, "taken over: " + result);
    open.owner = expected == SessionError.NONE ? wanted : open.owner;
  }

  private void migrate(WalkClient client, Open open) {
    ScriptedConnection before = open.connection;
    SessionModel model = open.model;
    if (model.deleted) {
      return;
    }
    int to = walk.anyWorker();
    boolean tied = open.isStream || open.wasParent;
    SessionError unmoved = tied ? SessionError.NOSUPPORT : isEnding(model) ? SessionError.CONFLICT : SessionError.NONE;
    SessionError expected = to == before.workerIndex() ? SessionError.INVALID : unmoved;
    long old = before.session;
    boolean closes = walk.random.nextInt(3) == 0;
    walk.log("migrate " + Handle.text(old) + " to " + to + (closes ? " and close it: " : ": ") + expected);
    ScriptedConnection after =
        walk.simulation.get(before.workerIndex(), () -> walk.transport.migrate(before, walk.worker(to)));
    walk.require(after.session == expected.code(), "migrated: " + after.session);
    if (expected != SessionError.NONE) {
      return;
    }
    model.told.add("migrated");
    open.connection = after;
    CompletableFuture<SessionError> asked = closes
        ? walk.simulation.get(0, () -> client.context(open.owner).disconnect(old))
        : CompletableFuture.completedFuture(SessionError.NOSESSION);
    walk.rest();
    walk.require(Handle.worker(after.session) == to, "arrived as " + Handle.text(after.session));
    if (asked.getNow(SessionError.UNKNOWN) == SessionError.NONE) {
      model.applicationEnds(false);
      walk.closes++;
    } else {
      walk.require(asked.getNow(SessionError.UNKNOWN) == SessionError.NOSESSION, "closed by the old handle: " + asked);
    }
  }

  /** What comes of a stream of a session. */
  private @Nullable SessionError streamOf(WalkClient client, Open parent) {
    if (parent.model.deleted || client.opens.size() >= LayerWalk.MOST) {
      return null;
    }
    return parent.isStream ? SessionError.INVALID : isEnding(parent.model) ? SessionError.CLOSED : SessionError.NONE;
  }

  private void incomingStream(WalkClient client, Open parent) {
    SessionError expected = streamOf(client, parent);
    if (expected == null) {
      return;
    }
    walk.log("incoming stream of " + Handle.text(parent.connection.session) + ": " + expected);
    walk.simulation.on(parent.connection.workerIndex(), () -> {
      ScriptedConnection made = walk.transport.incomingStream(parent.connection);
      walk.require(Math.min(made.session, 0) == expected.code(), "stream: " + made.session);
      if (made.session >= 0) {
        Open stream = joined(parent, new Open(made, "accepted"));
        stream.owner = parent.owner;
        client.opens.put(made.session, stream);
        walk.require(walk.host.sessions().acceptNotify(made) == 0, "acceptNotify of a stream");
      }
    });
  }

  private void connectStream(WalkClient client, Open parent, Session session) {
    SessionError expected = streamOf(client, parent);
    if (expected == null) {
      return;
    }
    long opaque = walk.connects.opaque();
    int from = walk.anyWorker();
    walk.log("stream " + opaque + " of " + Handle.text(parent.connection.session) + " from " + from + ": " + expected);
    Connect connect = new Connect(opaque, null);
    client.connects.put(opaque, connect);
    ConnectOptions options =
        walk.simulation.get(parent.connection.workerIndex(), () -> ConnectOptions.streamOf(session));
    Open stream = new Open(parent.connection, "connected");
    if (expected == SessionError.NONE) {
      connect.fate = Fate.CONNECTED;
      client.unnamed = joined(parent, stream);
    } else {
      connect.failed(expected);
    }
    walk.simulation.on(from, () ->
        walk.require(client.context().connect(options, opaque) == SessionError.NONE, "connect of a stream"));
    walk.rest();
    if (expected == SessionError.NONE) {
      walk.require(client.unnamed == null, "not connected");
      stream.connection = walk.transport.streams(parent.connection).getLast();
      client.check(stream);
    }
  }

  private static Open joined(Open parent, Open stream) {
    stream.isStream = true;
    parent.wasParent = true;
    parent.streams.add(stream);
    return stream;
  }
}
