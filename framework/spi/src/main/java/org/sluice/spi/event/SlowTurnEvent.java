package org.sluice.spi.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * A turn of a worker took longer than {@code stack.slow-turn}. Committed by the worker, at its next turn: the length is
 * the difference of two times that it reads anyway, so that nothing is measured for it. Which of the callbacks of the
 * turn it was is not known; the samples of the recording ({@code jdk.ExecutionSample}) of that thread say so.
 */
@Name("sluice.SlowTurn")
@Label("Slow Turn")
@Description("A turn of a worker took longer than stack.slow-turn")
@Category({"Sluice", "Workers"})
@StackTrace(false)
public final class SlowTurnEvent extends Event {
  /** The worker's name. */
  @Label("Worker")
  public String worker = "";

  /** How long the turn took, nanoseconds. */
  @Label("Took")
  @Timespan(Timespan.NANOSECONDS)
  public long took;

  /** What it did: packets, messages, events, timers, sends. */
  @Label("Work")
  public int work;

  /** An event to be filled in. */
  public SlowTurnEvent() {}
}
