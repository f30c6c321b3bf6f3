package org.sluice.host.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.stream.Collectors;
import org.sluice.spi.console.ConsoleOutput;

/**
 * All that a reference file says about one key.
 *
 * @param key its path
 * @param type what its value must be, in words, with range or choices
 * @param usual its default as it could stand in a file; {@code null} when it has none
 * @param live whether a running host takes a change of it
 * @param text its comment, without the lines for programs; that of the keys before it where one comment is for several
 */
public record KeyReference(String key, String type, String usual, boolean live, String text) {
  private static final String TYPE = "type:";
  private static final String LIVE = "live:";

  static KeyReference of(String key, ConfigValue value, ValueRule rule, String text) {
    String usual = value.valueType() == ConfigValueType.NULL ? "null"
        : Values.text(value).filter(words -> !words.isEmpty()).orElseGet(() -> Values.show(value));
    return new KeyReference(key, rule.describe(), usual, isLive(value.origin()), text);
  }

  static KeyReference open(String key, ConfigObject section, String text) {
    return new KeyReference(key, "a section with names of your own", Values.show(section), false, text);
  }

  /** The comment for people. */
  static String text(ConfigOrigin origin) {
    return origin.comments().stream().map(String::strip)
        .filter(line -> !line.startsWith(TYPE) && !line.startsWith(LIVE)).collect(Collectors.joining(" ")).strip();
  }

  /**
   * Whether the line {@code live: yes} stands above it.
   *
   * @throws IllegalArgumentException when it says anything else
   */
  private static boolean isLive(ConfigOrigin origin) {
    List<String> said = origin.comments().stream().map(String::strip).filter(line -> line.startsWith(LIVE))
        .map(line -> line.substring(LIVE.length()).strip()).toList();
    if (!said.isEmpty() && !said.equals(List.of("yes"))) {
      throw new IllegalArgumentException("its comment 'live:' can only say yes, not " + String.join(", ", said));
    }
    return !said.isEmpty();
  }

  /** The first sentence of its text. */
  public String summary() {
    for (int end = text.indexOf(". "); end >= 0; end = text.indexOf(". ", end + 1)) {
      if (Character.isUpperCase(text.charAt(end + 2)) || !Character.isLetter(text.charAt(end + 2))) {
        return text.substring(0, end + 1);
      }
    }
    return text;
  }

  /** Shows all of it. */
  public void print(ConsoleOutput output) {
    output.value("key", key);
    output.value("type", type);
    output.value("default", usual);
    output.value("live", live);
    output.value("text", text);
  }
}
