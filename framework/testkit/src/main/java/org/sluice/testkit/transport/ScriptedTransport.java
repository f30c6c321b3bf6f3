package org.sluice.testkit.transport;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportAttribute;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;

/**
 * A transport that does what a test tells it, and writes down what it is told. It never answers by itself: the test
 * answers connects, brings connections in, delivers data and ends connections, each by a call on the worker in question
 * ({@code DeterministicRuntime.on}); or lets a named function throw, or do something; or has a {@link Script} play the
 * peers. Objects are not reused, so late calls are seen.
 */
public final class ScriptedTransport extends ScriptedVft {
  private @Nullable Script script;

  /**
   * Makes the transport of one stack.
   *
   * @param descriptor how it is registered
   * @param host what it uses
   */
  public ScriptedTransport(TransportDescriptor descriptor, HostServices host) {
    super(descriptor, host);
  }

  // ---- The script.

  /**
   * Makes a function throw from now on.
   *
   * @param function the name of a method of {@link TransportVft}
   */
  public void throwIn(String function) {
    doIn(function, () -> {
      throw new IllegalStateException("as told in " + function);
    });
  }

  /**
   * Makes a function do something from now on, after it was written down.
   *
   * @param function the name of a method of {@link TransportVft}
   * @param action what it does; may throw
   */
  public void doIn(String function, Runnable action) {
    actions.put(function, action);
  }

  /**
   * Makes a function do nothing special again.
   *
   * @param function the name
   */
  public void behaveIn(String function) {
    actions.remove(function);
  }

  /**
   * Makes connects fail synchronously.
   *
   * @param error what they return; NONE for success
   */
  public void failConnects(SessionError error) {
    connectError = error.code();
  }

  /**
   * Makes connects misbehave: they report a failure and return an error too.
   *
   * @param error what they report; NONE for success
   */
  public void refuseInside(SessionError error) {
    refusal = error;
  }

  /**
   * Makes it allocate the local endpoint of each connect, as the layer's book gives it, and release it with the
   * connection; a listener counts as a user of its own. Without this it makes ports up, and nothing is in use.
   *
   * @return this
   */
  public ScriptedTransport takesLocalEndpoints() {
    takesLocalEndpoints = true;
    return this;
  }

  /**
   * Makes it open streams of its connections; without this it has none.
   *
   * @return this
   */
  public ScriptedTransport takesStreams() {
    takesStreams = true;
    return this;
  }

  /**
   * Makes it keep what it was asked for last, for {@link #lastConfig}.
   *
   * @return this
   */
  public ScriptedTransport keepsConfigs() {
    keepsConfigs = true;
    return this;
  }

  /**
   * The streams of a connection that exist, in the order in which they were made.
   *
   * @param parent the connection
   * @return a copy
   */
  public List<ScriptedConnection> streams(ScriptedConnection parent) {
    return connections.all(connection -> connection.parent == parent);
  }

  /**
   * Brings in a stream that the peer opened on a connection. On its worker.
   *
   * @param parent the connection
   * @return the stream; {@link ScriptedConnection#session} is what the layer answered
   */
  public ScriptedConnection incomingStream(ScriptedConnection parent) {
    ScriptedConnection made = make(parent.workerIndex());
    made.endpointsOf(parent);
    made.parent = parent;
    made.session = sessions.acceptStream(made, parent);
    if (made.session < 0) {
      connections.remove(made);
    }
    return made;
  }

  /**
   * What the last listen or connect asked for.
   *
   * @return a copy
   */
  public EndpointConfig lastConfig() {
    EndpointConfig last = lastConfig;
    if (last == null) {
      throw new AssertionError("nothing was asked for since configs are kept");
    }
    return last;
  }

  /**
   * Lets a script play the peers of all connects to come.
   *
   * @param newScript what becomes of them
   * @return this
   */
  public ScriptedTransport follow(Script newScript) {
    script = newScript;
    return this;
  }

  /**
   * Makes all connections to come send into one sink.
   *
   * @param sink where to
   * @return this
   */
  public ScriptedTransport sendInto(FakePacketSink sink) {
    sharedSink = sink;
    return this;
  }

  /**
   * Sets what it says of each half-open.
   *
   * @param text see {@link TransportVft#formatHalfOpen}
   */
  public void describeHalfOpens(String text) {
    halfOpenText = text;
  }

  /**
   * The last calls, at most 1024, each as {@code function worker:slot}.
   *
   * @return a copy, oldest first
   */
  public List<String> calls() {
    return calls.last();
  }

  /**
   * How many calls there were.
   *
   * @return count
   */
  public long totalCalls() {
    return calls.total();
  }

  /**
   * How often a function was called.
   *
   * @param function its name
   * @return count
   */
  public long calls(String function) {
    return calls.count(function);
  }

  /**
   * The last half-opens, at most 1024, in the order of their connects, also those that are gone.
   *
   * @return a copy
   */
  public List<ScriptedConnection> halfOpens() {
    return List.copyOf(halfOpens);
  }

  /**
   * The half-open of the last connect, also when it is gone.
   *
   * @return the half-open
   */
  public ScriptedConnection lastHalfOpen() {
    return halfOpens.getLast();
  }

  /**
   * The half-opens that exist, whatever their number, in the order of their connects.
   *
   * @return a copy
   */
  public List<ScriptedConnection> pending() {
    return connections.all(connection -> connection.halfOpen);
  }

  /**
   * The connections that were answered or accepted and exist, in the order in which they were made.
   *
   * @return a copy
   */
  public List<ScriptedConnection> established() {
    return connections.all(connection -> !connection.halfOpen && connection.remotePort() != 0);
  }

  /**
   * The newest listener.
   *
   * @return the header
   */
  public ScriptedConnection listener() {
    ScriptedConnection newest = listener;
    if (newest == null) {
      throw new AssertionError("nobody has listened");
    }
    return newest;
  }

  /**
   * Connections, half-opens and listeners that exist.
   *
   * @return count
   */
  public int live() {
    return connections.size();
  }

  /**
   * Answers a connect. On the worker of the new connection.
   *
   * @param halfOpen the half-open
   * @param worker the calling worker
   * @return the connection; its session handle says whether the layer took it
   */
  public ScriptedConnection answer(ScriptedConnection halfOpen, Worker worker) {
    ScriptedConnection made = make(worker.index());
    made.endpointsOf(halfOpen);
    made.session = sessions.connectNotify(halfOpen.session, made, 0);
    if (made.session < 0) {
      connections.remove(made);
    } else {
      made.ownsEndpoint = halfOpen.ownsEndpoint;
      halfOpen.ownsEndpoint = false;
    }
    return made;
  }

  /**
   * Lets a half-open arrive on another worker, after {@code halfOpenMigrate} on worker 0. On the new worker.
   *
   * @param halfOpen the half-open
   * @param worker the calling worker
   * @return the connection at its new place; its session says what the layer answered, 0 for welcome
   */
  public ScriptedConnection arrive(ScriptedConnection halfOpen, Worker worker) {
    ScriptedConnection moved = make(worker.index());
    moved.endpointsOf(halfOpen);
    moved.session = sessions.halfOpenMigrated(halfOpen.session);
    if (moved.session < 0) {
      connections.remove(moved);
    }
    return moved;
  }

  /**
   * Refuses a connect. Any worker.
   *
   * @param halfOpen the half-open
   * @param error why
   * @return what the layer answered
   */
  public long refuse(ScriptedConnection halfOpen, SessionError error) {
    return sessions.connectNotify(halfOpen.session, null, error.code());
  }

  /**
   * Lets go of a half-open. Any worker.
   *
   * @param halfOpen the half-open
   */
  public void delete(ScriptedConnection halfOpen) {
    sessions.halfOpenDeleteNotify(halfOpen.session);
    free(halfOpen);
  }

  /**
   * Asks to let go of a half-open, which can be asked for attributes until then. Any worker.
   *
   * @param halfOpen the half-open
   */
  public void requestDeleteOf(ScriptedConnection halfOpen) {
    sessions.halfOpenDeleteRequest(halfOpen.session, () -> {
      calls.add("free", halfOpen);
      free(halfOpen);
    });
  }

  /**
   * Brings in a connection without its handshake being done. On its worker.
   *
   * @param listener who is asked for
   * @param remotePort of the peer, 127.0.0.1
   * @param worker the calling worker
   * @return the connection; {@link ScriptedConnection#session} is what the layer answered
   */
  public ScriptedConnection incoming(ScriptedConnection listener, int remotePort, Worker worker) {
    ScriptedConnection made = make(worker.index());
    made.endpoints(listener.localEndpoint(), Endpoint.of("127.0.0.1", remotePort));
    made.session = sessions.streamAccept(made, listener.session);
    if (made.session < 0) {
      connections.remove(made);
    }
    return made;
  }

  /**
   * Brings in the server's end of a local pair. On its worker.
   *
   * @param listener who is asked for
   * @param halfOpen the session of the client that waits
   * @param worker the calling worker
   * @return the connection; {@link ScriptedConnection#session} is what the layer answered
   */
  public ScriptedConnection incomingLocal(ScriptedConnection listener, ScriptedConnection halfOpen, Worker worker) {
    ScriptedConnection made = make(worker.index());
    made.endpoints(halfOpen.remoteEndpoint(), halfOpen.localEndpoint());
    made.session = sessions.acceptLocal(made, listener.session, halfOpen.session);
    if (made.session < 0) {
      connections.remove(made);
    }
    return made;
  }

  /**
   * Moves a connection to another worker. On its worker.
   *
   * @param connection the connection, which is gone if the layer agreed
   * @param to the other worker
   * @return the connection at its new place; its session says what the layer answered, 0 until it arrives there
   */
  public ScriptedConnection migrate(ScriptedConnection connection, Worker to) {
    ScriptedConnection successor = make(to.index());
    successor.endpointsOf(connection);
    successor.session = sessions.migrate(connection, successor);
    connections.remove(successor.session < 0 ? successor : connection);
    if (successor.session == 0) {
      successor.ownsEndpoint = connection.ownsEndpoint;
      connection.ownsEndpoint = false;
    }
    return successor;
  }

  /**
   * Completes a local pair for its client, after its server has accepted. On the worker of both.
   *
   * @param halfOpen the session of the client that waits
   * @param server the server's end
   * @param worker the calling worker
   * @return the client's end; {@link ScriptedConnection#session} is what the layer answered
   */
  public ScriptedConnection answerLocal(ScriptedConnection halfOpen, ScriptedConnection server, Worker worker) {
    ScriptedConnection made = make(worker.index());
    made.endpointsOf(halfOpen);
    made.session = sessions.connectLocal(made, server, halfOpen.session);
    if (made.session < 0) {
      connections.remove(made);
    }
    return made;
  }

  /**
   * Delivers data in order. On the connection's worker.
   *
   * @param connection the connection
   * @param bytes the data
   * @return what the layer kept
   */
  public int deliver(ScriptedConnection connection, byte[] bytes) {
    int kept = descriptor.txMode() == TxMode.DATAGRAM
        ? sessions.enqueueDatagram(connection, MemorySegment.ofArray(bytes), 0, bytes.length)
        : sessions.enqueue(connection, MemorySegment.ofArray(bytes), 0, bytes.length);
    sessions.enqueueNotify(connection);
    return kept;
  }

  /**
   * Lets go of a connection. On its worker.
   *
   * @param connection the connection
   */
  public void deleted(ScriptedConnection connection) {
    sessions.deleteNotify(connection);
    free(connection);
  }

  /**
   * Asks to let go of a connection. On its worker.
   *
   * @param connection the connection
   */
  public void requestDelete(ScriptedConnection connection) {
    sessions.deleteRequest(connection, () -> {
      calls.add("free", connection);
      free(connection);
    });
  }

  /**
   * Sets what an attribute reads as.
   *
   * @param attribute which
   * @param value its value
   * @param <T> its type
   */
  public <T> void provide(TransportAttribute<T> attribute, T value) {
    attributes.put(attribute, value);
  }

  @Override
  void connecting(ScriptedConnection halfOpen) {
    Script peers = script;
    if (peers != null) {
      peers.play(this, halfOpen);
    }
  }
}
