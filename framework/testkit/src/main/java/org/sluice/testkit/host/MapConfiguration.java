package org.sluice.testkit.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.ConfigurationException;

/** A configuration that a test wrote down: values of the very types that are asked for, by dotted keys. */
final class MapConfiguration implements Configuration {
  private final String place;
  private final Map<String, Object> values;

  /**
   * Makes a configuration.
   *
   * @param place what the keys are below, for messages
   * @param values the values; kept, so that a test can change them
   */
  MapConfiguration(String place, Map<String, Object> values) {
    this.place = place;
    this.values = values;
  }

  @Override
  public boolean has(String key) {
    return values.containsKey(key);
  }

  @Override
  public String text(String key) {
    return value(key, String.class);
  }

  @Override
  public long number(String key) {
    return value(key, Number.class).longValue();
  }

  @Override
  public boolean flag(String key) {
    return value(key, Boolean.class);
  }

  @Override
  public long bytes(String key) {
    return number(key);
  }

  @Override
  public Duration duration(String key) {
    return value(key, Duration.class);
  }

  @Override
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (Object text : value(key, List.class)) {
      texts.add(String.valueOf(text));
    }
    return texts;
  }

  @Override
  public Set<String> keys(String key) {
    String prefix = key.isEmpty() ? "" : key + ".";
    return values.keySet().stream()
        .filter(full -> full.startsWith(prefix))
        .map(full -> full.substring(prefix.length()).split("\\.", 2)[0])
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public Configuration section(String key) {
    Map<String, Object> below = new LinkedHashMap<>();
    values.forEach((full, value) -> {
      if (full.startsWith(key + ".")) {
        below.put(full.substring(key.length() + 1), value);
      }
    });
    return new MapConfiguration(place + "." + key, below);
  }

  private <T> T value(String key, Class<T> type) {
    @Nullable Object value = values.get(key);
    if (!type.isInstance(value)) {
      throw new ConfigurationException(
          place + "." + key + " is " + value + ", not a " + type.getSimpleName() + "; set it in the test");
    }
    return type.cast(value);
  }
}
