package org.sluice.plugin.http.server;

import org.jspecify.annotations.Nullable;
import org.sluice.plugin.http.Status;
import org.sluice.plugin.http.parse.RequestHead;
import org.sluice.plugin.http.parse.RequestParser;
import org.sluice.plugin.http.parse.RequestRules;
import org.sluice.spi.memory.ReadView;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;

/** Request heads out of the rx FIFO, read where they lie. What comes after a head stays there. */
final class RequestReader {
  private static final int VIEW_BYTES = 1 << 16;

  private final RequestParser parser;
  private final Counter tooLong;
  private @Nullable Status refusal;

  RequestReader(int maxHeadBytes, Counter tooLong) {
    parser = new RequestParser(maxHeadBytes);
    this.tooLong = tooLong;
  }

  /** Takes what has come; returns whether that completes a request, or is enough to refuse it. */
  boolean read(Session session) {
    if (session.readable() > 0) {
      ReadView view;
      while (parser.isReading() && (view = session.rx().view(VIEW_BYTES)) != null) {
        view.release(parser.feed(view.memory(), view.offset(), view.length()));
      }
      session.consumed();
    }
    if (parser.isReading()) {
      return false;
    }
    refusal = parser.fault();
    if (refusal == Status.URI_TOO_LONG || refusal == Status.HEAD_TOO_LARGE) {
      tooLong.increment(Handle.worker(session.handle()));
    }
    if (refusal == null) {
      refusal = RequestRules.apply(parser.head());
    }
    return true;
  }

  /** Why the request is refused without a look at files, or null. */
  @Nullable Status refusal() {
    return refusal;
  }

  /** The head, as far as it has come. */
  RequestHead head() {
    return parser.head();
  }

  /** Whether a part of a head has come. */
  boolean hasBegun() {
    return parser.hasBegun();
  }

  /** Forgets the head. */
  void reset() {
    parser.reset();
  }
}
