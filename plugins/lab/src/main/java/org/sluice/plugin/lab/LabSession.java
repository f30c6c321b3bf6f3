package org.sluice.plugin.lab;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;

/** What the bench knows of a session. Written on the session's worker; consoles read the counts and the text. */
final class LabSession {
  private static final int BUFFER_BYTES = 4 << 10;
  /** As much of what came last as fits a line. */
  private static final int SHOWN_BYTES = 40;

  final long handle;
  final String way;
  final long opaque;
  final String transport;
  final String flow;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final AtomicLong received = new AtomicLong();
  private volatile String last = "";

  private LabSession(Session session, String way, long opaque) {
    handle = session.handle();
    this.way = way;
    this.opaque = opaque;
    transport = session.transport();
    flow = session.localEndpoint() + "->" + session.remoteEndpoint();
  }

  static LabSession accepted(Session session) {
    return new LabSession(session, "accepted", 0);
  }

  static LabSession connected(Session session, long opaque) {
    return new LabSession(session, "connected", opaque);
  }

  /** Takes what has come. */
  void read(Session session) {
    for (int count; (count = session.read(buffer, 0, BUFFER_BYTES)) > 0;) {
      received.addAndGet(count);
      int shown = Math.min(count, SHOWN_BYTES);
      last = new String(buffer, count - shown, shown, StandardCharsets.UTF_8);
    }
  }

  String id() {
    return Handle.text(handle);
  }

  long received() {
    return received.get();
  }

  /** The end of what was received last. */
  String last() {
    return last;
  }
}
