package org.sluice.testkit.host;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.sluice.spi.host.ConfigurationException;

/** The settings of a plugin's {@code reference.conf}, for a {@link TestConfiguration}, so that tests repeat none. */
public final class PluginDefaults {
  private static final String FILE = "reference.conf";
  private static final String TYPE = "type: ";

  private PluginDefaults() {}

  /**
   * Reads the file that has the plugin's section, of all that the class path has at its roots.
   *
   * @param pluginId whose section below {@code plugins}
   * @param anchor a class of the plugin
   * @return a copy that may be changed: values by dotted path; times and sizes where the comment {@code # type:} before
   *     a key says so
   * @throws ConfigurationException when there is no such file or section
   */
  public static Map<String, Object> of(String pluginId, Class<?> anchor) {
    String path = "plugins." + pluginId;
    try {
      ClassLoader loader = Objects.requireNonNull(anchor.getClassLoader(), "a class of the JDK");
      for (URL file : Collections.list(loader.getResources(FILE))) {
        Config parsed = ConfigFactory.parseURL(file).resolve();
        if (parsed.hasPath(path)) {
          return values(parsed.getConfig(path));
        }
      }
    } catch (IOException | ConfigException e) {
      throw new ConfigurationException(FILE + " of " + anchor.getName() + " cannot be read: " + e.getMessage());
    }
    throw new ConfigurationException("no " + FILE + " beside " + anchor.getName() + " has a section " + path);
  }

  private static Map<String, Object> values(Config section) {
    Map<String, Object> values = new TreeMap<>();
    section.entrySet().forEach(entry -> values.put(String.join(".", ConfigUtil.splitPath(entry.getKey())),
        value(section, entry.getKey(), entry.getValue())));
    return values;
  }

  private static Object value(Config section, String key, ConfigValue value) {
    String type = value.origin().comments().stream()
        .map(String::strip)
        .filter(comment -> comment.startsWith(TYPE))
        .map(comment -> comment.substring(TYPE.length()).split(" ", 2)[0])
        .findFirst().orElse("");
    return switch (type) {
      case "bytes" -> section.getBytes(key);
      case "duration" -> section.getDuration(key);
      default -> Objects.requireNonNull(value.unwrapped());
    };
  }
}
