package org.sluice.spi.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A session, or a connect that is not answered, went from one state to another. Committed on its worker. */
@Name("sluice.SessionState")
@Label("Session State")
@Description("A session changed its state")
@Category({"Sluice", "Sessions"})
@StackTrace(false)
public final class SessionStateEvent extends Event {
  /** The handle, as consoles show it. */
  @Label("Session")
  public String session = "";

  /** The state before. */
  @Label("From")
  public String from = "";

  /** The state now. */
  @Label("To")
  public String to = "";

  /** What ended the session; empty while nothing has. */
  @Label("Reason")
  public String reason = "";

  /** The name of the transport; empty when it has none any more. */
  @Label("Transport")
  public String transport = "";

  /** The name of the application; empty when it has left. */
  @Label("Application")
  public String application = "";

  /** Our endpoint; empty when it is not known. */
  @Label("Local")
  public String local = "";

  /** The peer's endpoint; empty when it is not known. */
  @Label("Remote")
  public String remote = "";

  /** The worker that the session lives on. */
  @Label("Worker")
  public int worker;

  /** An event to be filled in. */
  public SessionStateEvent() {}
}
