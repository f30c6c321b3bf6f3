package org.sluice.plugin.transfer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.sluice.plugin.transfer.Message.Data;
import org.sluice.plugin.transfer.Message.End;
import org.sluice.plugin.transfer.Message.Entry;
import org.sluice.plugin.transfer.Message.Fail;
import org.sluice.plugin.transfer.Message.Hello;
import org.sluice.plugin.transfer.Message.Kind;
import org.sluice.plugin.transfer.Message.Offer;
import org.sluice.plugin.transfer.Message.Start;
import org.sluice.plugin.transfer.Message.Verdict;
import org.sluice.plugin.transfer.Message.Welcome;

/** The form of the records on the wire. Whatever deviates from it is refused. Stateless. */
final class MessageCodec {
  /** What both sides speak. */
  static final int VERSION = 1;
  /** Type and length. */
  static final int HEADER_BYTES = 4;
  /** What three bytes of length can say. */
  static final int MAX_DATA_BYTES = (1 << 24) - 1;
  /** Any body but that of DATA. */
  static final int MAX_BODY_BYTES = 8 << 10;
  /** Of a name, in UTF-8. */
  static final int MAX_NAME_BYTES = 4 << 10;
  /** Of the text of FAIL, in UTF-8. */
  static final int MAX_TEXT_BYTES = 1 << 10;

  private static final int MAGIC = 'S' << 24 | 'L' << 16 | 'T' << 8 | 'R';
  private static final int HELLO = 1;
  private static final int WELCOME = 2;
  private static final int ENTRY = 3;
  private static final int OFFER = 4;
  private static final int START = 5;
  private static final int DATA = 6;
  private static final int END = 7;
  private static final int VERDICT = 8;
  private static final int FAIL = 9;
  private static final int ENTRY_FIXED_BYTES = 20;

  private MessageCodec() {}

  /** Appends a record; of {@link Data} only the head. The target must have room for the largest record. */
  static void encode(Message message, ByteBuffer target) {
    int start = target.position();
    target.putInt(0);
    switch (message) {
      case Hello m -> target.putInt(MAGIC).putInt(m.version() << 16).putInt(m.entries()).putLong(m.totalBytes());
      case Welcome m -> target.putInt(m.version() << 16);
      case Entry m -> encode(m, target);
      case Offer m -> m.prefix().put(target.putLong(m.offset()));
      case Start m -> target.putLong(m.offset());
      case Data _ -> {}
      case End m -> m.file().put(target);
      case Verdict m -> m.received().put(target.put((byte) (m.kept() ? 0 : 1)));
      case Fail m -> target.putShort((short) m.reason().code()).put(clipped(m.text()));
    }
    int bodyBytes = message instanceof Data data ? data.lengthBytes() : target.position() - start - HEADER_BYTES;
    target.putInt(start, header(type(message), bodyBytes));
  }

  /** The four bytes before a body. */
  static int header(int type, int bodyBytes) {
    assert bodyBytes >= 0 && bodyBytes <= MAX_DATA_BYTES : bodyBytes;
    return type << 24 | bodyBytes;
  }

  /** The head of a DATA record. */
  static int dataHeader(int lengthBytes) {
    return header(DATA, lengthBytes);
  }

  static int bodyBytes(int header) {
    return header & MAX_DATA_BYTES;
  }

  static boolean isData(int header) {
    return header >>> 24 == DATA;
  }

  /** Refuses a header that no record can have, before its body is waited for. */
  static void checkHeader(int header) throws TransferException {
    int type = header >>> 24;
    int length = bodyBytes(header);
    boolean fits = switch (type) {
      case HELLO -> length == 20;
      case WELCOME -> length == 4;
      case ENTRY -> length > ENTRY_FIXED_BYTES && length <= ENTRY_FIXED_BYTES + MAX_NAME_BYTES;
      case OFFER -> length == Long.BYTES + Sha256.BYTES;
      case START -> length == Long.BYTES;
      case DATA -> length > 0;
      case END -> length == Sha256.BYTES;
      case VERDICT -> length == 1 + Sha256.BYTES;
      case FAIL -> length >= 2 && length <= 2 + MAX_TEXT_BYTES;
      default -> throw TransferException.protocol("record of unknown type " + type);
    };
    if (!fits) {
      throw TransferException.protocol("record of type " + type + " with a body of " + length + " bytes");
    }
  }

  /** Reads a body whose header {@link #checkHeader} let pass; {@code body} holds exactly the body. */
  static Message decode(int header, ByteBuffer body) throws TransferException {
    return switch (header >>> 24) {
      case HELLO -> hello(body);
      case WELCOME -> new Welcome(version(body));
      case ENTRY -> entry(body);
      case OFFER -> new Offer(size(body), Sha256.get(body));
      case START -> new Start(size(body));
      case DATA -> new Data(bodyBytes(header));
      case END -> new End(Sha256.get(body));
      case VERDICT -> verdict(body);
      case FAIL -> new Fail(FailReason.of(Short.toUnsignedInt(body.getShort())), text(body));
      default -> throw new IllegalArgumentException("header 0x" + Integer.toHexString(header) + " was not checked");
    };
  }

  private static void encode(Entry entry, ByteBuffer target) {
    byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
    target.putShort((short) (entry.isDirectory() ? 1 << 8 : 0));
    target.putShort((short) name.length);
    target.putLong(entry.sizeBytes()).putLong(entry.modifiedMs()).put(name);
  }

  private static Message hello(ByteBuffer body) throws TransferException {
    if (body.getInt() != MAGIC) {
      throw TransferException.protocol("the peer is no sender of files");
    }
    int version = version(body);
    int entries = body.getInt();
    if (entries <= 0) {
      throw TransferException.protocol(Integer.toUnsignedString(entries) + " entries announced");
    }
    return new Hello(version, entries, size(body));
  }

  private static Message entry(ByteBuffer body) throws TransferException {
    int kind = Short.toUnsignedInt(body.getShort());
    if (kind != 0 && kind != 1 << 8) {
      throw TransferException.protocol("entry of unknown kind 0x" + Integer.toHexString(kind));
    }
    int nameBytes = Short.toUnsignedInt(body.getShort());
    long size = size(body);
    long modifiedMs = body.getLong();
    if (nameBytes != body.remaining()) {
      throw TransferException.protocol("name of " + nameBytes + " bytes in " + body.remaining());
    }
    if (kind != 0 && size != 0) {
      throw TransferException.protocol("directory of " + size + " bytes");
    }
    return new Entry(kind == 0 ? Kind.FILE : Kind.DIRECTORY, text(body), size, modifiedMs);
  }

  private static Message verdict(ByteBuffer body) throws TransferException {
    int status = body.get();
    if (status != 0 && status != 1) {
      throw TransferException.protocol("verdict " + status);
    }
    return new Verdict(status == 0, Sha256.get(body));
  }

  private static int version(ByteBuffer body) throws TransferException {
    int word = body.getInt();
    if ((word & 0xffff) != 0) {
      throw TransferException.protocol("reserved bits 0x" + Integer.toHexString(word & 0xffff));
    }
    return word >>> 16;
  }

  private static long size(ByteBuffer body) throws TransferException {
    long size = body.getLong();
    if (size < 0) {
      throw TransferException.protocol("size " + Long.toUnsignedString(size));
    }
    return size;
  }

  private static String text(ByteBuffer body) throws TransferException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(body).toString();
    } catch (CharacterCodingException e) {
      throw TransferException.protocol("text that is not UTF-8");
    }
  }

  /** The text's longest beginning that fits a FAIL record and ends with a whole character. */
  private static byte[] clipped(String text) {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_TEXT_BYTES);
    StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), bytes, true);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static int type(Message message) {
    return switch (message) {
      case Hello _ -> HELLO;
      case Welcome _ -> WELCOME;
      case Entry _ -> ENTRY;
      case Offer _ -> OFFER;
      case Start _ -> START;
      case Data _ -> DATA;
      case End _ -> END;
      case Verdict _ -> VERDICT;
      case Fail _ -> FAIL;
    };
  }
}
