package org.sluice.testkit.runtime;

/** Decides the order of an interleaving. Used by whoever holds the baton. */
interface Choices {

  /**
   * Whether the baton is offered after a step.
   *
   * @param othersWait whether another actor could run
   */
  boolean switches(boolean othersWait);

  /** Whether the one who offers the baton may get it back at once. */
  boolean mayStay();

  /** Who is next, of so many. */
  int pick(int count);
}
