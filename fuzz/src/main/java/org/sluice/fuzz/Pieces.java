package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;

/** Inputs that are several packets: each with two bytes for its length in front. */
final class Pieces {
  private static final int HEAD_BYTES = 2;
  private static final int LENGTH_MASK = 0x7ff;
  private static final int MOST = 64;

  private Pieces() {}

  /** Gives each packet, in memory that ends with it. */
  static void forEach(byte[] input, Consumer<MemorySegment> user) {
    int at = 0;
    for (int count = 0; input.length - at > HEAD_BYTES && count < MOST; count++) {
      int length = (Byte.toUnsignedInt(input[at]) << 8 | Byte.toUnsignedInt(input[at + 1])) & LENGTH_MASK;
      at += HEAD_BYTES;
      byte[] piece = Arrays.copyOfRange(input, at, Math.min(input.length, at + length));
      at += piece.length;
      user.accept(MemorySegment.ofArray(piece));
    }
  }

  /** The input of some packets. */
  static byte[] of(byte[]... packets) {
    byte[] all = {};
    for (byte[] packet : packets) {
      all = Packets.join(all, Packets.bytes(packet.length >>> 8, packet.length), packet);
    }
    return all;
  }
}
