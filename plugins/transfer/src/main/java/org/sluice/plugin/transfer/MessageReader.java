package org.sluice.plugin.transfer;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;

/** Collects records from a session's rx FIFO, however they are cut. One per session, in its callbacks. */
final class MessageReader {
  private final ByteBuffer record = ByteBuffer.allocate(MessageCodec.HEADER_BYTES + MessageCodec.MAX_BODY_BYTES);
  private int payloadBytes;

  /**
   * The next record. After {@link Message.Data} its payload must be read from the session, and reported by {@link
   * #payloadTaken}, before the next call.
   *
   * @return the record, or null when more bytes are needed
   */
  @Nullable Message next(Session session) throws TransferException {
    assert payloadBytes == 0 : payloadBytes;
    if (!fill(session, MessageCodec.HEADER_BYTES)) {
      return null;
    }
    int header = record.getInt(0);
    MessageCodec.checkHeader(header);
    int bodyBytes = MessageCodec.bodyBytes(header);
    if (MessageCodec.isData(header)) {
      payloadBytes = bodyBytes;
    } else if (!fill(session, MessageCodec.HEADER_BYTES + bodyBytes)) {
      return null;
    }
    record.flip().position(MessageCodec.HEADER_BYTES);
    Message message = MessageCodec.decode(header, record);
    record.clear();
    return message;
  }

  /** What is left of the payload of the last DATA record. */
  int payloadBytes() {
    return payloadBytes;
  }

  void payloadTaken(int bytes) {
    assert bytes >= 0 && bytes <= payloadBytes : bytes + " of " + payloadBytes;
    payloadBytes -= bytes;
  }

  private boolean fill(Session session, int upToBytes) throws TransferException {
    while (record.position() < upToBytes) {
      int count = session.read(record.array(), record.position(), upToBytes - record.position());
      if (count < 0) {
        throw new TransferException(FailReason.SESSION, "read: " + SessionError.of(count).text());
      }
      if (count == 0) {
        return false;
      }
      record.position(record.position() + count);
    }
    return true;
  }
}
