package org.sluice.spi.host;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The plugin's section of the configuration, {@code plugins.<id>}, merged over the {@code reference.conf} in its jar.
 * Every key a plugin reads must stand in that file with its default: it is what operators' keys are checked against, so
 * an unknown or ill-typed key is refused before the plugin starts. Immutable; any context.
 */
public interface Configuration {

  /**
   * Whether a key has a value.
   *
   * @param key dotted path inside the section
   * @return true if it has
   */
  boolean has(String key);

  /**
   * A text.
   *
   * @param key dotted path
   * @return the value
   * @throws ConfigurationException when it is missing or of another type; the message names file, line and key
   */
  String text(String key);

  /**
   * A whole number.
   *
   * @param key dotted path
   * @return the value
   * @throws ConfigurationException see {@link #text}
   */
  long number(String key);

  /**
   * A switch.
   *
   * @param key dotted path
   * @return the value
   * @throws ConfigurationException see {@link #text}
   */
  boolean flag(String key);

  /**
   * A size, for example {@code 64 KiB}.
   *
   * @param key dotted path
   * @return bytes
   * @throws ConfigurationException see {@link #text}
   */
  long bytes(String key);

  /**
   * A time, for example {@code 200 ms}.
   *
   * @param key dotted path
   * @return the value
   * @throws ConfigurationException see {@link #text}
   */
  Duration duration(String key);

  /**
   * A list of texts.
   *
   * @param key dotted path
   * @return the values
   * @throws ConfigurationException see {@link #text}
   */
  List<String> texts(String key);

  /**
   * The keys of a sub-section, for example the cards of a driver.
   *
   * @param key dotted path; empty for the section itself
   * @return the keys directly below
   */
  Set<String> keys(String key);

  /**
   * A sub-section.
   *
   * @param key dotted path
   * @return its view
   * @throws ConfigurationException see {@link #text}
   */
  Configuration section(String key);
}
