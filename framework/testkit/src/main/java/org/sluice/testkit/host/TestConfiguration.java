package org.sluice.testkit.host;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.ConfigurationException;

/**
 * A plugin's configuration from keys and values: what stands in its {@code reference.conf}, repeated for a test. Values
 * are texts, numbers (also for sizes, in bytes), booleans, {@link Duration}s and lists of texts.
 */
public final class TestConfiguration implements Configuration {
  private final String path;
  private final Map<String, Object> values;

  /**
   * Makes a section.
   *
   * @param values by dotted path
   */
  public TestConfiguration(Map<String, Object> values) {
    this("", values);
  }

  private TestConfiguration(String path, Map<String, Object> values) {
    this.path = path;
    this.values = new TreeMap<>(values);
  }

  @Override
  public boolean has(String key) {
    return values.containsKey(key) || !keys(key).isEmpty();
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
    List<?> list = value(key, List.class);
    return list.stream().map(String::valueOf).toList();
  }

  @Override
  public Set<String> keys(String key) {
    String prefix = key.isEmpty() ? "" : key + ".";
    Set<String> below = new TreeSet<>();
    for (String name : values.keySet()) {
      if (name.startsWith(prefix) && name.length() > prefix.length()) {
        int end = name.indexOf('.', prefix.length());
        below.add(name.substring(prefix.length(), end < 0 ? name.length() : end));
      }
    }
    return below;
  }

  @Override
  public Configuration section(String key) {
    Map<String, Object> inside = new TreeMap<>();
    values.forEach((name, value) -> {
      if (name.startsWith(key + ".")) {
        inside.put(name.substring(key.length() + 1), value);
      }
    });
    return new TestConfiguration(path + key + ".", inside);
  }

  private <T> T value(String key, Class<T> type) {
    @Nullable Object value = values.get(key);
    if (!type.isInstance(value)) {
      throw new ConfigurationException("test configuration: " + path + key + " is " + value + ", but "
          + type.getSimpleName() + " is wanted; give it to TestHost.with");
    }
    return type.cast(value);
  }
}
