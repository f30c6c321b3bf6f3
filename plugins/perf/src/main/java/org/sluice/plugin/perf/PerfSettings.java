package org.sluice.plugin.perf;

import java.util.List;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.ConfigurationException;

/**
 * The plugin's configuration, as documented in {@code reference.conf}.
 *
 * @param listen URIs to serve from the start
 * @param fifoBytes of each direction of a session
 * @param timeoutNs for connects before a run and answers after it
 * @param maxSessions of all servers, and of one run
 */
record PerfSettings(List<String> listen, int fifoBytes, long timeoutNs, int maxSessions) {
  private static final long MIN_FIFO_BYTES = 4 << 10;
  private static final long MAX_FIFO_BYTES = 1 << 30;

  static PerfSettings of(Configuration section) {
    return new PerfSettings(
        List.copyOf(section.texts("listen")),
        (int) within("fifo", section.bytes("fifo"), MIN_FIFO_BYTES, MAX_FIFO_BYTES),
        section.duration("timeout").toNanos(),
        (int) within("limit.sessions", section.number("limit.sessions"), 1, Integer.MAX_VALUE));
  }

  /** Options of an application with these FIFO sizes. */
  AttachOptions attachOptions(String name) {
    return AttachOptions.named(name).with().fifoBytes(fifoBytes, fifoBytes).build();
  }

  private static long within(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ConfigurationException(
          "plugins.perf." + key + " = " + value + " is not in " + least + ".." + most + ": correct it");
    }
    return value;
  }
}
