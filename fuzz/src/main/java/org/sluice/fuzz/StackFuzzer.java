package org.sluice.fuzz;

import java.time.Duration;
import java.util.Arrays;

/**
 * Frames against a whole stack with connections in every phase. An input is a list of frames, each with a byte that
 * says how it arrives and two for its length.
 */
public final class StackFuzzer {
  /** The card says that its checksums are right. */
  static final int CHECKSUM_GOOD = 1;
  /** Its ports and numbers are made those of a connection: which one, says a phase in the bits above. */
  static final int RELOCATED = 1 << 1;
  static final int PHASE_SHIFT = 2;
  /** The next one comes in the same burst. */
  static final int BURST = 1 << 5;
  static final int WAIT_SHIFT = 6;

  private static final int PHASE_MASK = 7;
  private static final int LENGTH_MASK = 0x7ff;
  private static final int HEAD_BYTES = 3;
  private static final int MOST_FRAMES = 64;
  private static final Duration[] WAITS =
      {Duration.ZERO, Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ofSeconds(40)};

  private StackFuzzer() {}

  /** For Jazzer, before its clock begins: a stack is many classes, and to load them takes longer than CI has for it. */
  public static void fuzzerInitialize() {
    Seeds.stack().forEach(StackFuzzer::fuzzerTestOneInput);
  }

  /**
   * Runs an input.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) {
    try {
      StackWorld world = new StackWorld();
      play(world, input);
      world.requireSound();
    } catch (AssertionError | RuntimeException finding) {
      // What was thrown inside of the stack was caught there, and written to the log.
      LogFindings.addTo(finding);
      throw finding;
    }
  }

  /** Lets the frames of an input arrive. */
  static void play(StackWorld world, byte[] input) {
    int at = 0;
    for (int count = 0; input.length - at > HEAD_BYTES && count < MOST_FRAMES; count++) {
      int control = Byte.toUnsignedInt(input[at]);
      int length = (Byte.toUnsignedInt(input[at + 1]) << 8 | Byte.toUnsignedInt(input[at + 2])) & LENGTH_MASK;
      at += HEAD_BYTES;
      byte[] frame = Arrays.copyOfRange(input, at, Math.min(input.length, at + length));
      at += frame.length;
      if ((control & RELOCATED) != 0) {
        world.relocate(frame, control >>> PHASE_SHIFT & PHASE_MASK);
      }
      world.deliverInput(frame, (control & CHECKSUM_GOOD) != 0);
      if ((control & BURST) == 0) {
        world.settle(WAITS[control >>> WAIT_SHIFT]);
      }
    }
  }

  /** A frame of an input. */
  static byte[] frame(int control, byte[] frame) {
    return Packets.join(Packets.bytes(control, frame.length >>> 8, frame.length), frame);
  }
}
