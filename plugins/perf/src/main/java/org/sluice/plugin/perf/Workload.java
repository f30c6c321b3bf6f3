package org.sluice.plugin.perf;

import java.util.Arrays;

/**
 * What the sessions of a run do, all the same.
 *
 * @param kind with a sink they write as fast as they can, with an echo they have one message in flight
 * @param message what they write; shared, not to be changed
 */
record Workload(Kind kind, byte[] message) {
  private static final int PERIOD = 251;

  /** Messages of a size, with content in which a shifted echo is noticed. */
  static Workload of(Kind kind, int size) {
    byte[] message = new byte[size];
    for (int i = 0; i < size; i++) {
      message[i] = (byte) (i % PERIOD);
    }
    return new Workload(kind, message);
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
