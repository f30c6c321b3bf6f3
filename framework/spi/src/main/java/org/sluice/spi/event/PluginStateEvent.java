package org.sluice.spi.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A plugin was started, stopped, unloaded, or failed. Committed by the host. */
@Name("sluice.PluginState")
@Label("Plugin State")
@Description("A plugin changed its state")
@Category({"Sluice", "Plugins"})
@StackTrace(false)
public final class PluginStateEvent extends Event {
  /** The plugin's id. */
  @Label("Plugin")
  public String plugin = "";

  /** Its version. */
  @Label("Version")
  public String version = "";

  /** The state before, in PF4J's words. */
  @Label("From")
  public String from = "";

  /** The state now. */
  @Label("To")
  public String to = "";

  /** Why, when it failed; else empty. */
  @Label("Cause")
  public String cause = "";

  /** An event to be filled in. */
  public PluginStateEvent() {}
}
