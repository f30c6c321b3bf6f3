package org.sluice.plugin.echo;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/** A client that opens one session after the other, each for one message. */
final class Churn implements Application {
  static final int MESSAGE_BYTES = 50;

  private int left;
  private int heard;
  private @Nullable ApplicationContext context;

  Churn(int sessions) {
    left = sessions;
  }

  int heard() {
    return heard;
  }

  @Override
  public void onAttached(ApplicationContext attached) {
    context = attached;
    next();
  }

  @Override
  public void onConnected(Session session, long opaque) {
    session.write(new byte[MESSAGE_BYTES], 0, MESSAGE_BYTES);
    session.shutdown();
  }

  @Override
  public void onReadable(Session session) {
    heard += session.read(new byte[MESSAGE_BYTES], 0, MESSAGE_BYTES);
  }

  @Override
  public void onCleanup(Session session, CleanupPhase phase) {
    if (phase == CleanupPhase.SESSION) {
      next();
    }
  }

  private void next() {
    if (left-- > 0) {
      var _ = Objects.requireNonNull(context).connect("ct://127.0.0.1/7", 0);
    }
  }
}
