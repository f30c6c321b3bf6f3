package org.sluice.plugin.echo;

import java.util.concurrent.CompletableFuture;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/** Sends one message over one session and collects its echo. */
final class EchoClient implements Application {
  private final ConnectOptions target;
  private final String uri;
  private final byte[] message;
  private final byte[] echo;
  private final CompletableFuture<byte[]> result = new CompletableFuture<>();
  private int sent;
  private int received;

  EchoClient(String uri, byte[] message) {
    this.uri = uri;
    this.target = ConnectOptions.of(uri);
    this.message = message;
    this.echo = new byte[message.length];
  }

  /** Completes with the echo, or with a {@link SessionException} that says what went wrong. */
  CompletableFuture<byte[]> result() {
    return result;
  }

  @Override
  public void onAttached(ApplicationContext context) {
    SessionError error = context.connect(target, 0);
    if (error != SessionError.NONE) {
      onConnectFailed(error, 0, Handle.INVALID);
    }
  }

  @Override
  public void onConnected(Session session, long opaque) {
    send(session);
  }

  @Override
  public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
    fail(error, "connect to " + uri);
  }

  @Override
  public void onWritable(Session session) {
    send(session);
  }

  @Override
  public void onReadable(Session session) {
    int count = session.read(echo, received, echo.length - received);
    if (count < 0) {
      fail(SessionError.of(count), "read from " + uri);
      session.reset();
      return;
    }
    received += count;
    if (received == echo.length) {
      result.complete(echo);
      session.close();
    }
  }

  @Override
  public void onDisconnected(Session session) {
    fail(SessionError.CLOSED, closedEarly());
    session.close();
  }

  @Override
  public void onReset(Session session) {
    fail(SessionError.REFUSED, closedEarly());
    session.close();
  }

  @Override
  public void onDetached() {
    fail(SessionError.CANCELLED, "echo through " + uri);
  }

  private void send(Session session) {
    int count = session.write(message, sent, message.length - sent);
    if (count < 0) {
      fail(SessionError.of(count), "write to " + uri);
      session.reset();
      return;
    }
    sent += count;
    if (sent < message.length) {
      session.wantWritable(WritableWish.NOT_FULL, 0);
    }
  }

  private String closedEarly() {
    return uri + " ended the session after " + received + " of " + message.length + " bytes";
  }

  private void fail(SessionError error, String what) {
    result.completeExceptionally(new SessionException(error, what));
  }
}
