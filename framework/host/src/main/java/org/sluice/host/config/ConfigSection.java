package org.sluice.host.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.ConfigurationException;

/** A section as its owner sees it. */
final class ConfigSection implements Configuration {
  private final String path;
  private final Config config;

  ConfigSection(String path, Config config) {
    this.path = path;
    this.config = config;
  }

  @Override
  public boolean has(String key) {
    return config.hasPath(key);
  }

  @Override
  public String text(String key) {
    return read(key, Values.text(value(key)), "a text");
  }

  @Override
  public long number(String key) {
    return Values.integer(value(key)).orElseThrow(() -> wrong(key, "a whole number"));
  }

  @Override
  public boolean flag(String key) {
    return read(key, Values.flag(value(key)), "true or false");
  }

  @Override
  public long bytes(String key) {
    return Values.bytes(value(key)).orElseThrow(() -> wrong(key, "a size such as 64 KiB"));
  }

  @Override
  public Duration duration(String key) {
    return read(key, Values.duration(value(key)), "a time such as 200 ms");
  }

  @Override
  public List<String> texts(String key) {
    return read(key, Values.texts(value(key)), "a list of texts");
  }

  @Override
  public Set<String> keys(String key) {
    return Set.copyOf((key.isEmpty() ? config : object(key)).root().keySet());
  }

  @Override
  public Configuration section(String key) {
    return new ConfigSection(name(key), object(key));
  }

  private Config object(String key) {
    if (value(key).valueType() != ConfigValueType.OBJECT) {
      throw wrong(key, "a section");
    }
    return config.getConfig(key);
  }

  private ConfigValue value(String key) {
    try {
      return config.getValue(key);
    } catch (ConfigException.Missing e) {
      throw new ConfigurationException(name(key) + " is not set and has no default: name it in reference.conf");
    }
  }

  private <T> T read(String key, Optional<T> value, String expected) {
    return value.orElseThrow(() -> wrong(key, expected));
  }

  private ConfigurationException wrong(String key, String expected) {
    ConfigValue value = value(key);
    return new ConfigurationException(Values.place(value.origin()) + ": " + name(key) + " = " + Values.show(value)
        + " has the wrong type; give " + expected);
  }

  private String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
