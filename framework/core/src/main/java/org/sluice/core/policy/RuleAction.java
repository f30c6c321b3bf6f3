package org.sluice.core.policy;

import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.LookupResult;

/** What becomes of what a rule matches. */
public sealed interface RuleAction {

  /** What needs no more words. */
  enum Verdict implements RuleAction {
    /** It is refused. */
    DROP,
    /** The listeners are asked: a hole in a wider rule. */
    ALLOW
  }

  /**
   * An application gets it, whatever listens there.
   *
   * @param application the application's handle; when it has left nobody gets it, nor does its successor
   */
  record Redirect(long application) implements RuleAction {
    /** Checks the handle. */
    public Redirect {
      if (application < 0) {
        throw new IllegalArgumentException("redirect to " + Handle.text(application) + ", which is no application");
      }
    }
  }

  /** The code of DROP. */
  long DROPPED = -1;

  /** The code of ALLOW. */
  long ALLOWED = -2;

  /** The code of nothing: no rule matches. */
  long NOTHING = -3;

  /**
   * The action as a number, for structures that have no room for objects.
   *
   * @return the handle of the application to redirect to, which is not negative; or a negative code
   */
  default long code() {
    return switch (this) {
      case Verdict.DROP -> DROPPED;
      case Verdict.ALLOW -> ALLOWED;
      case Redirect(long application) -> application;
    };
  }

  /**
   * Writes a decision down.
   *
   * @param code what {@link #code} gave, or {@link #NOTHING}
   * @param result set to DROP or APPLICATION; untouched when nothing is decided
   * @return false for ALLOW and NOTHING: the listeners are asked
   */
  static boolean decide(long code, LookupResult result) {
    if (code >= 0) {
      result.set(LookupResult.Kind.APPLICATION, code);
      return true;
    }
    if (code == DROPPED) {
      result.set(LookupResult.Kind.DROP, Handle.INVALID);
      return true;
    }
    return false;
  }
}
