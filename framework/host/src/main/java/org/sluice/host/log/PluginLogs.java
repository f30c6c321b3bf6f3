package org.sluice.host.log;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import org.sluice.host.plugin.ClassOwners;

/**
 * The levels at which plugins log, for all consoles. A plugin's level is that of the logger it is given ({@code
 * plugin.ID}) and of those named after its classes. Any thread; a change holds until the host stops.
 */
public final class PluginLogs {
  /** The words for levels, the most talkative first. */
  public static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF");

  /** The word for the level of everything. */
  public static final String DEFAULT = "default";

  private final ClassOwners owners;
  private final Optional<LogbackLevels> levels;

  /**
   * The logs of a host.
   *
   * @param owners the plugins and their classes
   */
  public PluginLogs(ClassOwners owners) {
    this.owners = owners;
    levels = backEnd();
  }

  private static Optional<LogbackLevels> backEnd() {
    try {
      return LogbackLevels.of(LoggerFactory.getILoggerFactory());
    } catch (NoClassDefFoundError e) {
      // A host inside of another program, which logs in its own way.
      return Optional.empty();
    }
  }

  /** Whether levels can be changed here. */
  public boolean isOurs() {
    return levels.isPresent();
  }

  /** The plugins that have a log. */
  public List<String> plugins() {
    return owners.plugins();
  }

  /** The level of a plugin's log; empty when something else than Logback logs. */
  public Optional<String> level(String pluginId) {
    return levels.map(back -> back.level(logger(pluginId)));
  }

  /** Whether a plugin has a level of its own. */
  public boolean isSet(String pluginId) {
    return levels.filter(back -> back.isSet(logger(pluginId))).isPresent();
  }

  /**
   * Changes the level of a plugin.
   *
   * @param level one of {@link #LEVELS}, or {@link #DEFAULT}
   */
  public void set(String pluginId, String level) {
    levels.ifPresent(back -> loggers(pluginId).forEach(
        logger -> back.set(logger, level.equals(DEFAULT) ? null : level)));
  }

  private List<String> loggers(String pluginId) {
    List<String> names = new ArrayList<>(List.of(logger(pluginId)));
    names.addAll(owners.packages(pluginId));
    return names;
  }

  private static String logger(String pluginId) {
    return "plugin." + pluginId;
  }

  /**
   * Reads levels as the configuration has them.
   *
   * @param text for example {@code tcp=DEBUG, http=WARN}; empty for none
   * @return the levels by plugin
   * @throws IllegalArgumentException when it cannot be read
   */
  public static Map<String, String> parse(String text) {
    Map<String, String> levels = new LinkedHashMap<>();
    for (String part : text.isBlank() ? new String[0] : text.strip().split("[\\s,]+", -1)) {
      String[] sides = part.split("=", -1);
      String level = sides.length == 2 ? word(sides[1]) : "";
      if (level.isEmpty() || sides[0].isEmpty()) {
        throw new IllegalArgumentException("host.log-levels: '" + part + "' is not of the form PLUGIN=LEVEL with one "
            + "of " + String.join(", ", LEVELS));
      }
      levels.put(sides[0], level);
    }
    return levels;
  }

  /** The level that a word means, in whatever case; empty for none. */
  public static String word(String typed) {
    if (typed.equalsIgnoreCase(DEFAULT)) {
      return DEFAULT;
    }
    String upper = typed.toUpperCase(Locale.ROOT);
    return LEVELS.contains(upper) ? upper : "";
  }
}
