package org.sluice.plugin.perf;

import java.util.Arrays;

/** What the sessions of a run do, all the same. Immutable. */
final class Workload {
  private static final int PERIOD = 251;

  private final Kind kind;
  private final byte[] message;

  /** Messages of a size, with content in which a shifted echo is noticed. */
  Workload(Kind kind, int size) {
    this.kind = kind;
    message = new byte[size];
    for (int i = 0; i < size; i++) {
      message[i] = (byte) (i % PERIOD);
    }
  }

  /** With a sink, sessions write as fast as they can; with an echo, they have one message in flight. */
  Kind kind() {
    return kind;
  }

  /** What they write; shared, not to be changed. */
  byte[] message() {
    return message;
  }

  int size() {
    return message.length;
  }

  /** Whether received bytes are those of the message from an offset on. */
  boolean matches(int offset, byte[] received, int count) {
    return offset + count <= message.length
        && Arrays.equals(message, offset, offset + count, received, 0, count);
  }
}
