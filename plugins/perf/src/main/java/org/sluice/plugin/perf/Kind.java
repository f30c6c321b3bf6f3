package org.sluice.plugin.perf;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.TransportAttribute;

/** What a client wants of the server: the hello says it. */
enum Kind {
  /** Count and discard. */
  SINK(1),
  /** Send back. */
  ECHO(2);

  /** The size of a hello. */
  static final int HELLO_BYTES = 16;
  /** The size of a sink's answer. */
  static final int TOTAL_BYTES = Long.BYTES;

  private static final int MAGIC = 'S' << 24 | 'P' << 16 | 'R' << 8 | 'F';
  private static final byte VERSION = 1;

  private final byte code;

  Kind(int code) {
    this.code = (byte) code;
  }

  /** The hello that asks for this. */
  byte[] hello() {
    return ByteBuffer.allocate(HELLO_BYTES).putInt(MAGIC).put(VERSION).put(code).array();
  }

  /**
   * Has the transport send each message at once, where it would otherwise gather small ones: a round trip is to be the
   * time of the message, not that of an acknowledgement it waits for.
   */
  void prepare(Session session) {
    if (this == ECHO) {
      // Not every transport waits for anything.
      SessionError _ = session.attribute(TransportAttribute.NO_DELAY, true);
    }
  }

  /** What a hello asks for; null when it is none. */
  static @Nullable Kind of(byte[] hello) {
    for (Kind kind : values()) {
      if (Arrays.equals(kind.hello(), hello)) {
        return kind;
      }
    }
    return null;
  }
}
