package org.sluice.plugin.tcp;

import org.sluice.spi.session.Session;

/** One side: it half-closes first when all is written, or waits for the other's end; then it closes. */
final class HalfCloser {
  private final boolean first;
  private boolean written;
  private boolean peerEnded;

  HalfCloser(boolean first) {
    this.first = first;
  }

  void written(Session session) {
    written = true;
    if (peerEnded) {
      session.close();
    } else if (first) {
      session.shutdown();
    }
  }

  void peerEnded(Session session) {
    peerEnded = true;
    if (written) {
      session.close();
    }
  }
}
