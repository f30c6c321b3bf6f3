package org.sluice.host.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;

/** Reads values as what they should be; empty when they are something else. */
final class Values {
  private static final String KEY = "value";

  private Values() {}

  static OptionalLong integer(ConfigValue value) {
    if (value.valueType() == ConfigValueType.NUMBER || value.valueType() == ConfigValueType.STRING) {
      try {
        return OptionalLong.of(Long.parseLong(text(value).orElseThrow()));
      } catch (NumberFormatException e) {
        return OptionalLong.empty();
      }
    }
    return OptionalLong.empty();
  }

  static OptionalLong bytes(ConfigValue value) {
    return as(value, Config::getBytes).map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  static Optional<Duration> duration(ConfigValue value) {
    return as(value, Config::getDuration);
  }

  static Optional<Boolean> flag(ConfigValue value) {
    return as(value, Config::getBoolean);
  }

  static Optional<String> text(ConfigValue value) {
    return as(value, Config::getString);
  }

  static Optional<List<String>> texts(ConfigValue value) {
    return as(value, Config::getStringList);
  }

  /** Where a value was written: the file and line, or the option that set it. */
  static String place(ConfigOrigin origin) {
    String file = origin.filename();
    return file != null && origin.lineNumber() > 0 ? file + ":" + origin.lineNumber() : origin.description();
  }

  /** The value as it could stand in a file, on one line. */
  static String show(ConfigValue value) {
    return value.render(ConfigRenderOptions.concise());
  }

  private static <T> Optional<T> as(ConfigValue value, BiFunction<Config, String, T> reader) {
    try {
      return Optional.of(reader.apply(value.atKey(KEY), KEY));
    } catch (ConfigException e) {
      return Optional.empty();
    }
  }
}
