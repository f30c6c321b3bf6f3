package org.sluice.spi.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** Nothing acknowledged what was sent before its retransmission timer fired. Committed on the session's worker. */
@Name("sluice.RetransmissionTimeout")
@Label("Retransmission Timeout")
@Description("A retransmission timer fired with data in flight")
@Category({"Sluice", "Transports"})
@StackTrace(false)
public final class RetransmissionTimeoutEvent extends Event {
  /** The handle of the session, as consoles show it. */
  @Label("Session")
  public String session = "";

  /** Our endpoint. */
  @Label("Local")
  public String local = "";

  /** The peer's endpoint. */
  @Label("Remote")
  public String remote = "";

  /** Timeouts in a row, this one included; the transport gives up after so many. */
  @Label("Retries")
  public int retries;

  /** How long the timer had been set for, nanoseconds. */
  @Label("Timeout")
  @Timespan(Timespan.NANOSECONDS)
  public long timeout;

  /** Sequence space that is not acknowledged, bytes. */
  @Label("In Flight")
  @DataAmount
  public long inFlight;

  /** The congestion window before it is reduced, bytes. */
  @Label("Congestion Window")
  @DataAmount
  public long congestionWindow;

  /** An event to be filled in. */
  public RetransmissionTimeoutEvent() {}
}
