package org.sluice.plugin.lab;

import java.time.Duration;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.ConfigurationException;

/**
 * The plugin's configuration, as documented in {@code reference.conf}.
 *
 * @param connectTimeout how long a connect over the hole waits
 * @param patience how long a command waits
 * @param maxPending connects that wait in the hole at a time
 * @param maxConnects connects of one application that are remembered
 */
record LabSettings(Duration connectTimeout, Duration patience, int maxPending, int maxConnects) {
  private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final int MOST = 1 << 20;

  static LabSettings of(Configuration section) {
    return new LabSettings(
        within("connect-timeout", section.duration("connect-timeout"), SHORTEST, LONGEST_TIMEOUT),
        within("wait", section.duration("wait"), SHORTEST, LONGEST_WAIT),
        (int) (long) within("limit.pending", section.number("limit.pending"), 1L, (long) MOST),
        (int) (long) within("limit.connects", section.number("limit.connects"), 1L, (long) MOST));
  }

  private static <T extends Comparable<T>> T within(String key, T value, T least, T most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new ConfigurationException(
          "plugins.lab." + key + " = " + value + " is not in " + least + ".." + most + ": correct it");
    }
    return value;
  }
}
