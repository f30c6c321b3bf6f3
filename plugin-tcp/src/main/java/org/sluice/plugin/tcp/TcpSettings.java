package org.sluice.plugin.tcp;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.ConfigurationException;

/** The plugin's configuration with what was changed on the console since, which lasts until the plugin stops. */
final class TcpSettings {
  private final Configuration given;
  private volatile Overlay inForce;

  TcpSettings(Configuration given) {
    this.given = given;
    inForce = new Overlay(given, Map.of());
  }

  /** What holds now. */
  Configuration inForce() {
    return inForce;
  }

  /** A change that is not in force yet. */
  final class Change {
    private final Overlay overlay;
    private final TcpConfig config;

    private Change(Overlay overlay) {
      this.overlay = overlay;
      config = TcpConfig.of(overlay);
    }

    TcpConfig config() {
      return config;
    }

    /** Puts it in force. Worker 0. */
    void apply() {
      inForce = overlay;
    }
  }

  /**
   * Reads a new value.
   *
   * @throws ConfigurationException when it is none, or out of its range
   */
  Change change(TcpKey key, String text) {
    Map<String, Object> changed = new TreeMap<>(inForce.changed);
    changed.put(key.name(), key.parse(text));
    return new Change(new Overlay(given, changed));
  }

  /** A configuration some of whose values are others. */
  private record Overlay(Configuration given, Map<String, Object> changed) implements Configuration {
    private <T> @Nullable T find(String key, Class<T> type) {
      Object value = changed.get(key);
      return value == null ? null : type.cast(value);
    }

    @Override
    public boolean has(String key) {
      return changed.containsKey(key) || given.has(key);
    }

    @Override
    public String text(String key) {
      String value = find(key, String.class);
      return value == null ? given.text(key) : value;
    }

    @Override
    public long number(String key) {
      Long value = find(key, Long.class);
      return value == null ? given.number(key) : value;
    }

    @Override
    public boolean flag(String key) {
      Boolean value = find(key, Boolean.class);
      return value == null ? given.flag(key) : value;
    }

    @Override
    public long bytes(String key) {
      Long value = find(key, Long.class);
      return value == null ? given.bytes(key) : value;
    }

    @Override
    public Duration duration(String key) {
      Duration value = find(key, Duration.class);
      return value == null ? given.duration(key) : value;
    }

    @Override
    public List<String> texts(String key) {
      return given.texts(key);
    }

    @Override
    public Set<String> keys(String key) {
      return given.keys(key);
    }

    @Override
    public Configuration section(String key) {
      return given.section(key);
    }
  }
}
