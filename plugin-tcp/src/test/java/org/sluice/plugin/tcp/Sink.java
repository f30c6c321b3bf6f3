package org.sluice.plugin.tcp;

import java.util.HashMap;
import java.util.Map;
import org.sluice.spi.application.Application;
import org.sluice.spi.session.Session;

/** Reads everything and counts it for each session. */
final class Sink implements Application {
  final Map<Long, Long> bytes = new HashMap<>();
  private final byte[] block = new byte[64 << 10];

  @Override
  public void onReadable(Session session) {
    for (int n = session.read(block, 0, block.length); n > 0; n = session.read(block, 0, block.length)) {
      bytes.merge(session.handle(), (long) n, Long::sum);
    }
  }
}
