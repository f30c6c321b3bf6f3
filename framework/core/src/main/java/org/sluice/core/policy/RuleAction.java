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

  /**
   * Writes the decision down.
   *
   * @param result set to DROP or APPLICATION; untouched by ALLOW
   * @return false for ALLOW: it decides nothing
   */
  default boolean decide(LookupResult result) {
    switch (this) {
      case Verdict.DROP -> result.set(LookupResult.Kind.DROP, Handle.INVALID);
      case Redirect(long application) -> result.set(LookupResult.Kind.APPLICATION, application);
      case Verdict.ALLOW -> {
        return false;
      }
    }
    return true;
  }
}
