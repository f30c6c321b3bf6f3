package org.sluice.plugin.http.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;
import org.sluice.testkit.host.Simulation;

/** A peer that says what the test wants, reads when the test wants, and keeps what it was told. */
final class HttpClient implements Application {
  private final Simulation simulation;
  private final String uri;
  private byte[] bytes;
  private int said;
  private int ear = Integer.MAX_VALUE;
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
  private @Nullable Session session;
  private boolean stays;
  private boolean disconnected;
  private boolean reset;
  private boolean transportClosed;
  private boolean failed;

  HttpClient(Simulation simulation, String uri, String text) {
    this.simulation = simulation;
    this.uri = uri;
    bytes = text.getBytes(StandardCharsets.ISO_8859_1);
  }

  // ---- What the test does.

  /** Says more, now. */
  HttpClient say(String text) {
    byte[] more = text.getBytes(StandardCharsets.ISO_8859_1);
    int from = bytes.length;
    bytes = Arrays.copyOf(bytes, from + more.length);
    System.arraycopy(more, 0, bytes, from, more.length);
    onSession(this::write);
    return this;
  }

  /** Reads so many bytes from now on, and then no more. */
  HttpClient hear(int count) {
    ear = count;
    if (session != null) {
      onSession(this::onReadable);
    }
    return this;
  }

  /** Keeps its end open when the other one is closed. */
  HttpClient stays() {
    stays = true;
    return this;
  }

  void shutdown() {
    onSession(Session::shutdown);
  }

  void close() {
    onSession(Session::close);
  }

  void reset() {
    onSession(Session::reset);
  }

  private void onSession(Consumer<Session> action) {
    Session open = Objects.requireNonNull(session);
    if (open.handle() < 0) {
      return;
    }
    simulation.on(Handle.worker(open.handle()), () -> action.accept(open));
  }

  // ---- What it sees.

  boolean isDisconnected() {
    return disconnected;
  }

  boolean isReset() {
    return reset;
  }

  /** Whether the connection is over, which a peer that has closed already has no other way to tell. */
  boolean isTransportClosed() {
    return transportClosed;
  }

  boolean hasFailed() {
    return failed;
  }

  int heardBytes() {
    return heard.size();
  }

  String heard() {
    return heard.toString(StandardCharsets.ISO_8859_1);
  }

  /** What was heard, taken apart; for each response whether its request was HEAD. */
  List<HttpReply> replies(boolean... heads) {
    List<HttpReply> replies = new ArrayList<>();
    byte[] all = heard.toByteArray();
    int at = 0;
    while (at < all.length) {
      HttpReply reply = HttpReply.parse(all, at, replies.size() < heads.length && heads[replies.size()]);
      replies.add(reply);
      at = reply.end();
    }
    return replies;
  }

  HttpReply reply() {
    List<HttpReply> replies = replies();
    if (replies.size() != 1) {
      throw new AssertionError(replies.size() + " replies: " + heard());
    }
    return replies.getFirst();
  }

  // ---- Callbacks.

  @Override
  public void onAttached(ApplicationContext context) {
    context.connect(uri, 0);
  }

  @Override
  public void onConnected(Session connected, long opaque) {
    session = connected;
    write(connected);
  }

  @Override
  public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
    failed = true;
  }

  @Override
  public void onWritable(Session writable) {
    write(writable);
  }

  @Override
  public void onReadable(Session readable) {
    byte[] buffer = new byte[1000];
    int count;
    while (ear > 0 && (count = readable.read(buffer, 0, Math.min(ear, buffer.length))) > 0) {
      heard.write(buffer, 0, count);
      ear -= count;
    }
  }

  @Override
  public void onDisconnected(Session closed) {
    onReadable(closed);
    disconnected = true;
    if (!stays) {
      closed.close();
    }
  }

  @Override
  public void onReset(Session closed) {
    onReadable(closed);
    reset = true;
    closed.close();
  }

  @Override
  public void onTransportClosed(Session closed) {
    transportClosed = true;
    closed.close();
  }

  private void write(Session to) {
    int count = to.write(bytes, said, bytes.length - said);
    said += Math.max(0, count);
    if (count >= 0 && said < bytes.length) {
      to.wantWritable(WritableWish.NOT_FULL, 0);
    }
  }
}
