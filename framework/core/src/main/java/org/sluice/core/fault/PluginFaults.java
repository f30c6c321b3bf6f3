package org.sluice.core.fault;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/** Accounts for what one plugin throws. Any context; does not block beyond the log. */
public final class PluginFaults {
  private static final Logger LOG = LoggerFactory.getLogger(PluginFaults.class);

  private final String pluginId;
  private final Counter caught;

  /**
   * Makes the account of a plugin.
   *
   * @param pluginId named in log lines
   * @param counters the plugin's scope
   */
  public PluginFaults(String pluginId, Counters counters) {
    this.pluginId = pluginId;
    caught = counters.counter("faults", "Exceptions thrown by the plugin and caught at the boundary");
  }

  /**
   * Accounts for one exception. Errors of the machine itself (out of memory) are thrown on: no plugin is to blame.
   *
   * @param where the function that threw, for example {@code onReadable}
   * @param what what it threw
   */
  public void caught(String where, Throwable what) {
    caught.increment(Counter.NO_WORKER);
    LOG.error("plugin {}: {} threw", pluginId, where, what);
    if (what instanceof VirtualMachineError error && !(what instanceof StackOverflowError)) {
      throw error;
    }
  }

  /**
   * Whose account it is.
   *
   * @return the plugin's id
   */
  public String pluginId() {
    return pluginId;
  }

  /**
   * How many were caught.
   *
   * @return count
   */
  public long count() {
    return caught.value();
  }
}
