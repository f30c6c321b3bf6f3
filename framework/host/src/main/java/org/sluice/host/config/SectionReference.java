package org.sluice.host.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import java.util.Objects;
import org.sluice.spi.host.ConfigurationException;

/**
 * The {@code reference.conf} of one plugin, parsed: its keys, their defaults and types, all below {@code plugins.<id>}.
 *
 * @param pluginId whose it is
 * @param config what it says
 */
public record SectionReference(String pluginId, Config config) {

  /**
   * Reads a reference file. A plugin without one has no keys.
   *
   * @param pluginId whose it is
   * @param place what to call it in messages
   * @param text the file; empty when there is none
   * @throws ConfigurationException when it cannot be read, or names keys outside of the plugin's section
   */
  public static SectionReference parse(String pluginId, String place, String text) {
    Config config;
    try {
      config = ConfigFactory.parseString(text, ConfigParseOptions.defaults().setOriginDescription(place)).resolve();
      new Schema().add(config.root());
    } catch (ConfigException | IllegalArgumentException e) {
      throw new ConfigurationException(Objects.toString(e.getMessage()));
    }
    String section = sectionOf(pluginId);
    for (String key : config.root().keySet()) {
      if (!key.equals("plugins")) {
        throw new ConfigurationException("key " + key + " is outside of the plugin's section " + section);
      }
    }
    if (config.hasPath("plugins")) {
      ConfigObject plugins = config.getObject("plugins");
      if (plugins.size() != 1 || !plugins.containsKey(pluginId)) {
        throw new ConfigurationException("plugins." + plugins.keySet() + " is not the plugin's section " + section);
      }
    }
    return new SectionReference(pluginId, config);
  }

  static String sectionOf(String pluginId) {
    return ConfigUtil.joinPath("plugins", pluginId);
  }
}
