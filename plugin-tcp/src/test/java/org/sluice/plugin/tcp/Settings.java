package org.sluice.plugin.tcp;

import java.util.Map;
import org.sluice.testkit.host.PluginDefaults;

/** The settings of reference.conf, for tests. */
final class Settings {
  private Settings() {}

  static Map<String, Object> defaults() {
    return PluginDefaults.of("tcp", TcpTransport.class);
  }

  static Map<String, Object> with(String key, Object value) {
    Map<String, Object> values = defaults();
    values.put(key, value);
    return values;
  }
}
