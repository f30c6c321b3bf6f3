package org.sluice.plugin.tcp;

import org.sluice.spi.event.RetransmissionTimeoutEvent;
import org.sluice.spi.event.ZeroWindowEvent;
import org.sluice.spi.runtime.Handle;

/** Tells the flight recorder of timeouts and of windows that shut. One per worker; while nobody records, a test. */
final class TcpRecorder {
  // Are only asked: objects and texts are made when somebody records.
  private final RetransmissionTimeoutEvent timeouts = new RetransmissionTimeoutEvent();
  private final ZeroWindowEvent windows = new ZeroWindowEvent();

  /** The retransmission timer has fired; nothing was done about it yet. */
  void timeout(TcpConnection c, Sender q) {
    if (timeouts.isEnabled()) {
      RetransmissionTimeoutEvent event = new RetransmissionTimeoutEvent();
      event.session = Handle.text(c.sessionHandle());
      event.local = c.localEndpoint().toString();
      event.remote = c.remoteEndpoint().toString();
      event.retries = c.retries + 1;
      event.timeout = q.rtt.rtoUs() * TcpWorker.NS_PER_US;
      event.inFlight = c.flight();
      event.congestionWindow = q.window(c);
      event.commit();
    }
  }

  /**
   * The peer's window becomes 0, or is not 0 any more.
   *
   * @param window the new one, bytes
   */
  void window(TcpConnection c, int window) {
    if (windows.isEnabled()) {
      ZeroWindowEvent event = new ZeroWindowEvent();
      event.session = Handle.text(c.sessionHandle());
      event.local = c.localEndpoint().toString();
      event.remote = c.remoteEndpoint().toString();
      event.shut = window == 0;
      event.window = window;
      event.commit();
    }
  }
}
