package org.sluice.spi.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * A worker does not come back from a callback, or has come back after all. Committed by the watchdog of the host, on
 * its own thread, as often as it says so in the log.
 */
@Name("sluice.SlowCallback")
@Label("Slow Callback")
@Description("A callback holds its worker for longer than stack.watchdog")
@Category({"Sluice", "Workers"})
@StackTrace(false)
public final class SlowCallbackEvent extends Event {
  /** The worker's name. */
  @Label("Worker")
  public String worker = "";

  /** Whose code runs: a plugin's id, or {@code stack}. */
  @Label("Plugin")
  public String plugin = "";

  /** The callback, class and method. */
  @Label("Callback")
  public String callback = "";

  /** Where it is, with file and line. */
  @Label("Where")
  public String where = "";

  /** How long the turn takes already, nanoseconds. */
  @Label("Lasts")
  @Timespan(Timespan.NANOSECONDS)
  public long lasts;

  /** Whether the turn is over. */
  @Label("Over")
  public boolean over;

  /** An event to be filled in. */
  public SlowCallbackEvent() {}
}
