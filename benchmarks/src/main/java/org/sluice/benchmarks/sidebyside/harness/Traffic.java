package org.sluice.benchmarks.sidebyside.harness;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One direction of bytes: the message that is written again and again, and the intake that takes what arrives. The
 * bytes have a period of 64, so that what arrives can be checked at any position of the stream.
 */
public final class Traffic implements AutoCloseable {
  /** The room between writer and reader, the same for all. */
  public static final int CAPACITY_BYTES = 1 << 20;

  /** The most a reader takes in one call. */
  public static final int MOST_BYTES = 64 << 10;

  static final int PERIOD = 64;

  private final int messageBytes;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment source;
  private final Intake intake;

  /**
   * Makes the payload.
   *
   * @param messageBytes the length of a write, a multiple of 64 up to {@link #MOST_BYTES}
   * @param taking what the reader does with each byte
   */
  public Traffic(int messageBytes, Taking taking) {
    this.messageBytes = messageBytes;
    source = arena.allocate(MOST_BYTES, 128);
    for (int i = 0; i < MOST_BYTES; i++) {
      source.set(ValueLayout.JAVA_BYTE, i, pattern(i));
    }
    intake = new Intake(arena, taking);
  }

  static byte pattern(long position) {
    return (byte) (position % PERIOD * 7 + 1);
  }

  /**
   * The length of a write.
   *
   * @return bytes
   */
  public int messageBytes() {
    return messageBytes;
  }

  /**
   * How many messages make as much as a reader takes at most in one call.
   *
   * @return at least 1
   */
  public int messagesPerCall() {
    return MOST_BYTES / messageBytes;
  }

  /**
   * What is written: the first {@link #messageBytes} of it.
   *
   * @return {@link #MOST_BYTES} bytes
   */
  public MemorySegment source() {
    return source;
  }

  /**
   * Where one thread counts what it does beside the intake.
   *
   * @return its words, all 0
   */
  public ThreadWords newWords() {
    return new ThreadWords(arena);
  }

  /**
   * Where arriving bytes go. For the reader's thread.
   *
   * @return the intake
   */
  public Intake intake() {
    return intake;
  }

  @Override
  public void close() {
    arena.close();
  }
}
