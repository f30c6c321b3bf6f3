package org.sluice.plugin.tcp;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.sluice.spi.host.ConfigurationException;

/** When SYNs are answered without being remembered. */
enum SynCookieMode {
  /** Never: SYNs beyond the backlog are dropped. */
  OFF,
  /** While the backlog is full. */
  OVER_BACKLOG,
  /** For each SYN; there is no backlog then. */
  ALWAYS;

  /** As configuration has it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static SynCookieMode of(String key, String label) {
    for (SynCookieMode mode : values()) {
      if (mode.label().equals(label)) {
        return mode;
      }
    }
    throw new ConfigurationException(key + " is '" + label + "', but must be one of "
        + Arrays.stream(values()).map(SynCookieMode::label).collect(Collectors.joining(", ")));
  }
}
