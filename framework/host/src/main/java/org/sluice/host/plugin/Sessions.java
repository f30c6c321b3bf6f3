package org.sluice.host.plugin;

import java.time.Duration;

/**
 * What becomes of live sessions when a plugin that they depend on is to stop.
 *
 * @param drain whether to take no new ones and to wait for those there to end
 * @param force whether to reset those that are left; else the plugin is not stopped
 * @param patience how long to wait
 */
public record Sessions(boolean drain, boolean force, Duration patience) {
  /** Refuses to stop while there is one. */
  public static final Sessions REFUSE = new Sessions(false, false, Duration.ZERO);
  /** Resets all of them. */
  public static final Sessions RESET = new Sessions(false, true, Duration.ZERO);
}
