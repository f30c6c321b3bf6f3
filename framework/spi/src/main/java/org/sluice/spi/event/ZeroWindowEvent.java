package org.sluice.spi.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * The peer of a session shut its window, or opened it again: an event each, since a session may end in between.
 * Committed on the session's worker.
 */
@Name("sluice.ZeroWindow")
@Label("Zero Window")
@Description("A peer shut its receive window, or opened it again")
@Category({"Sluice", "Transports"})
@StackTrace(false)
public final class ZeroWindowEvent extends Event {
  /** The handle of the session, as consoles show it. */
  @Label("Session")
  public String session = "";

  /** Our endpoint. */
  @Label("Local")
  public String local = "";

  /** The peer's endpoint. */
  @Label("Remote")
  public String remote = "";

  /** True when it was shut, false when it was opened. */
  @Label("Shut")
  public boolean shut;

  /** What the peer takes now, bytes. */
  @Label("Window")
  @DataAmount
  public long window;

  /** An event to be filled in. */
  public ZeroWindowEvent() {}
}
