package org.sluice.plugin.echo;

import java.io.ByteArrayOutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/** A client that says something, half-closes if asked to, and collects what it hears. */
final class Talker implements Application {
  final ByteArrayOutputStream heard = new ByteArrayOutputStream();
  int said;
  boolean deaf;
  String end = "";
  private final String uri;
  private final byte[] data;
  private final boolean halfCloses;
  private @Nullable Session session;

  Talker(String uri, byte[] data, boolean halfCloses) {
    this.uri = uri;
    this.data = data;
    this.halfCloses = halfCloses;
  }

  Session session() {
    return Objects.requireNonNull(session);
  }

  @Override
  public void onAttached(ApplicationContext attached) {
    var _ = attached.connect(uri, 0);
  }

  @Override
  public void onConnected(Session connected, long opaque) {
    session = connected;
    say();
  }

  @Override
  public void onWritable(Session writable) {
    say();
  }

  @Override
  public void onReadable(Session readable) {
    byte[] buffer = new byte[3000];
    for (int count; !deaf && (count = readable.read(buffer, 0, buffer.length)) > 0; ) {
      heard.write(buffer, 0, count);
    }
  }

  @Override
  public void onDisconnected(Session closed) {
    end = "disconnected";
    onReadable(closed);
    closed.close();
  }

  @Override
  public void onReset(Session reset) {
    end = "reset";
    reset.close();
  }

  private void say() {
    said += Math.max(0, session().write(data, said, data.length - said));
    if (said < data.length) {
      session().wantWritable(WritableWish.NOT_FULL, 0);
    } else if (halfCloses) {
      session().shutdown();
    }
  }
}
