package org.sluice.host.testing;

import org.sluice.core.fault.PluginFaults;
import org.sluice.core.runtime.CounterRegistry;

/** Plugins of which only the name and the mistakes matter. */
public final class Owners {

  private Owners() {}

  /** A plugin with a count of its own. */
  public static PluginFaults named(String id) {
    return new PluginFaults(id, new CounterRegistry(1).scope(id));
  }
}
