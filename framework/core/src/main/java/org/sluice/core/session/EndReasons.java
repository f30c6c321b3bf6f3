package org.sluice.core.session;

import org.sluice.spi.session.EndReason;

/** What ended a session first, kept in bits of its flags that are none of {@link SessionFlags}. */
final class EndReasons {
  /** The bits. */
  static final int MASK = 0xf << 24;
  private static final int SHIFT = 24;
  private static final EndReason[] VALUES = EndReason.values();

  private EndReasons() {}

  /** Keeps a reason, unless there is one. */
  @SuppressWarnings("EnumOrdinal") // The number lives no longer than the session.
  static void note(StackSession session, EndReason reason) {
    if ((session.flags & MASK) == 0) {
      session.flags |= reason.ordinal() << SHIFT;
    }
  }

  static EndReason of(StackSession session) {
    return VALUES[(session.flags & MASK) >>> SHIFT];
  }
}
