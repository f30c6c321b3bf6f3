package org.sluice.plugin.perf;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;

/** The other end of a session: a client that says some bytes, or a server that does as it is told. */
final class Peer implements Application {
  private final String uri;
  private final byte @Nullable [] greeting;
  Consumer<Session> onReadable = session -> {};
  Consumer<Session> onDisconnected = Session::close;
  int accepted;
  String end = "";
  @Nullable Session session;

  private Peer(String uri, byte @Nullable [] greeting) {
    this.uri = uri;
    this.greeting = greeting;
  }

  static Peer client(String uri, byte[] greeting) {
    return new Peer(uri, greeting);
  }

  static Peer server(String uri) {
    return new Peer(uri, null);
  }

  Session session() {
    return Objects.requireNonNull(session);
  }

  @Override
  public void onAttached(ApplicationContext context) {
    if (greeting == null) {
      var _ = context.listen(uri);
    } else {
      var _ = context.connect(uri, 0);
    }
  }

  @Override
  public AcceptDecision onAccept(Session taken) {
    accepted++;
    session = taken;
    return AcceptDecision.ACCEPT;
  }

  @Override
  public void onConnected(Session connected, long opaque) {
    session = connected;
    byte[] bytes = Objects.requireNonNull(greeting);
    connected.write(bytes, 0, bytes.length);
  }

  @Override
  public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
    end = error.text();
  }

  @Override
  public void onReadable(Session readable) {
    onReadable.accept(readable);
  }

  @Override
  public void onDisconnected(Session closed) {
    end = "disconnected";
    onDisconnected.accept(closed);
  }

  @Override
  public void onReset(Session aborted) {
    end = "reset";
    aborted.close();
  }
}
