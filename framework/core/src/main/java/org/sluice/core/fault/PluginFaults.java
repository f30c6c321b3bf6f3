package org.sluice.core.fault;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/**
 * Accounts for what one plugin throws. Any context; does not block beyond the log.
 *
 * <p>Every exception is counted. Of those from one place the first is logged, then the second, fourth, eighth and so
 * on, so that a function which throws on every turn does not bury the log.
 */
public final class PluginFaults {
  private final String pluginId;
  private final Counter caught;
  private final Logger log;
  // Places are names of functions and commands, so they are few.
  private final ConcurrentHashMap<String, AtomicLong> timesByPlace = new ConcurrentHashMap<>();

  /**
   * Makes the account of a plugin.
   *
   * @param pluginId named in log lines
   * @param counters the plugin's scope
   */
  public PluginFaults(String pluginId, Counters counters) {
    this(pluginId, counters, LoggerFactory.getLogger(PluginFaults.class));
  }

  PluginFaults(String pluginId, Counters counters, Logger log) {
    this.pluginId = pluginId;
    this.log = log;
    caught = counters.counter("faults", "Exceptions thrown by the plugin and caught at the boundary");
  }

  /**
   * Accounts for one exception. Errors of the machine itself (out of memory) are thrown on: no plugin is to blame.
   *
   * @param where the function that threw, for example {@code onReadable}; never made of what a peer sent
   * @param what what it threw
   */
  public void caught(String where, Throwable what) {
    caught.increment(Counter.NO_WORKER);
    long times = timesByPlace.computeIfAbsent(where, first -> new AtomicLong()).incrementAndGet();
    if (times == 1) {
      log.error("plugin {}: {} threw", pluginId, where, what);
    } else if (Long.bitCount(times) == 1) {
      log.error("plugin {}: {} threw, {} times by now; the next to be logged is number {}", pluginId, where, times,
          2 * times, what);
    }
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
