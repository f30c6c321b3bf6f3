package org.sluice.benchmarks.soak;

import java.util.SplittableRandom;

/**
 * How a session ends.
 *
 * @param kind what is done
 * @param end who does it, or whose application is detached
 * @param bySender whether the one who sends at that end does it, else the one who receives there
 * @param atByte when that one has come so far
 */
record Ending(Kind kind, End end, boolean bySender, long atByte) {
  /** What is done. */
  enum Kind {
    /** Each direction ends by a half close when all is written; nothing may be lost. */
    HALF_CLOSE,
    /** One end closes the session, whatever is under way. */
    CLOSE,
    /** One end aborts it. */
    RESET,
    /** The application of one end is detached. */
    DETACH
  }

  static Ending draw(SplittableRandom random, Way forth, Way back) {
    int lot = random.nextInt(20);
    Kind kind = lot < 11 ? Kind.HALF_CLOSE : lot < 15 ? Kind.CLOSE : lot < 18 ? Kind.RESET : Kind.DETACH;
    boolean bySender = random.nextBoolean();
    // Of a session that goes one way only, each end has one who acts.
    boolean client = back.bytes() == 0 ? bySender : random.nextBoolean();
    boolean forthActs = client == bySender;
    long bytes = forthActs ? forth.bytes() : back.bytes();
    // Often at the very end: what was written before a close must arrive.
    long atByte = random.nextInt(3) == 0 ? bytes : random.nextLong(bytes + 1);
    return new Ending(kind, client ? End.CLIENT : End.SERVER, bySender, atByte);
  }

  boolean isBy(End who, boolean sender) {
    return kind != Kind.HALF_CLOSE && end == who && bySender == sender;
  }
}
