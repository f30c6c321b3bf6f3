package org.sluice.plugin.transfer;

import java.nio.ByteBuffer;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/** Records on their way into the tx FIFO: room for one that waits and one FAIL. In the session's callbacks. */
final class Outbox {
  private final ByteBuffer unsent =
      ByteBuffer.allocate(2 * (MessageCodec.HEADER_BYTES + MessageCodec.MAX_BODY_BYTES)).limit(0);

  /** Queues a record; to be called with nothing queued, but for {@link Message.Fail}. */
  void put(Message message) {
    assert !unsent.hasRemaining() || message instanceof Message.Fail : message;
    unsent.compact();
    MessageCodec.encode(message, unsent);
    unsent.flip();
  }

  /**
   * Writes what fits, and asks for {@code onWritable} when that was not all.
   *
   * @return whether nothing is left
   */
  boolean flush(Session session) throws TransferException {
    while (unsent.hasRemaining()) {
      int count = session.write(unsent.array(), unsent.position(), unsent.remaining());
      if (count < 0) {
        throw new TransferException(FailReason.SESSION, "write: " + SessionError.of(count).text());
      }
      if (count == 0) {
        session.wantWritable(WritableWish.NOT_FULL, 0);
        return false;
      }
      unsent.position(unsent.position() + count);
    }
    return true;
  }
}
