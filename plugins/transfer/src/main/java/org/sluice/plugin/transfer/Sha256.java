package org.sluice.plugin.transfer;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 value (FIPS 180-4) as four big-endian words. */
record Sha256(long word0, long word1, long word2, long word3) {
  static final int BYTES = 32;
  /** Stands for no hash. */
  static final Sha256 NONE = new Sha256(0, 0, 0, 0);

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static Sha256 get(ByteBuffer source) {
    return new Sha256(source.getLong(), source.getLong(), source.getLong(), source.getLong());
  }

  /**
   * Whether it is the same value. Not {@link #equals}: the JDK links that of a record at its first call, and keeps the
   * last record it did so for softly, and with it the loader of a plugin that is long gone.
   */
  boolean matches(Sha256 other) {
    return word0 == other.word0 && word1 == other.word1 && word2 == other.word2 && word3 == other.word3;
  }

  void put(ByteBuffer target) {
    target.putLong(word0).putLong(word1).putLong(word2).putLong(word3);
  }

  @Override
  public String toString() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    put(bytes);
    return HexFormat.of().formatHex(bytes.array());
  }
}
