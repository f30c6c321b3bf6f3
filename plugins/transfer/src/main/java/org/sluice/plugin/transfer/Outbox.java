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
      if (write(session, unsent) == 0) {
        session.wantWritable(WritableWish.NOT_FULL, 0);
        return false;
      }
    }
    return true;
  }

  /**
   * Writes what fits.
   *
   * @return bytes, which the buffer is advanced by; 0 also when the segment is short of memory just now
   */
  static int write(Session session, ByteBuffer source) throws TransferException {
    int count = session.write(source.array(), source.arrayOffset() + source.position(), source.remaining());
    if (count == SessionError.SEG_NO_SPACE.code()) {
      return 0;
    }
    if (count < 0) {
      throw new TransferException(FailReason.SESSION, "write: " + SessionError.of(count).text());
    }
    source.position(source.position() + count);
    return count;
  }
}
