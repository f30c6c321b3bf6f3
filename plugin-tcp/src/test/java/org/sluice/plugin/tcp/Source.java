package org.sluice.plugin.tcp;

import org.sluice.spi.application.Application;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/** Writes as much as there is room for, without an end. */
final class Source implements Application {
  private static final byte[] BLOCK = new byte[64 << 10];

  @Override
  public void onConnected(Session session, long opaque) {
    onWritable(session);
  }

  @Override
  public void onWritable(Session session) {
    int written;
    do {
      written = session.write(BLOCK, 0, BLOCK.length);
    } while (written == BLOCK.length);
    session.wantWritable(WritableWish.NOT_FULL, 0);
  }
}
