package org.sluice.benchmarks.soak;

import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionStream;

/** How one end of a session is ended. */
interface Endpoint {
  void close();

  void reset();

  static Endpoint of(SessionStream stream) {
    return new Endpoint() {
      @Override
      public void close() {
        stream.close();
      }

      @Override
      public void reset() {
        stream.reset();
      }
    };
  }

  /** To be used on the session's worker. */
  static Endpoint of(Session session) {
    return new Endpoint() {
      @Override
      public void close() {
        session.close();
      }

      @Override
      public void reset() {
        session.reset();
      }
    };
  }
}
