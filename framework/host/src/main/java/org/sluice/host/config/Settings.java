package org.sluice.host.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sluice.host.problem.Problem;
import org.sluice.host.problem.ProblemsException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.host.Configuration;

/** The configuration, checked: every key that is set exists and has a value of its type. */
public final class Settings {
  private final Config merged;
  private final Config operators;
  private final KeyTable keys;
  private final List<Problem> warnings;

  Settings(Config merged, Config operators, KeyTable keys, List<Problem> warnings) {
    this.merged = merged;
    this.operators = operators;
    this.keys = keys;
    this.warnings = List.copyOf(warnings);
  }

  /** What the operator should know but does not keep the host from starting. */
  public List<Problem> warnings() {
    return warnings;
  }

  /**
   * The same with the keys of a plugin, in the place of those it had.
   *
   * @param reference its reference file
   * @throws ProblemsException when what the operator set for it is wrong; names all of it
   */
  public Settings with(SectionReference reference) throws ProblemsException {
    String section = SectionReference.sectionOf(reference.pluginId());
    Schema schema = new Schema();
    schema.add(reference.config().root());
    List<Problem> problems = new ArrayList<>();
    schema.check(operators.withOnlyPath(section).root(), Set.of(), problems);
    if (!problems.isEmpty()) {
      throw new ProblemsException("The configuration of plugin " + reference.pluginId() + " is wrong:", problems);
    }
    return new Settings(operators.withFallback(reference.config()).withFallback(merged.withoutPath(section)),
        operators, keys.with(section, schema.keys()), warnings);
  }

  /** All keys there are. */
  public KeyTable keys() {
    return keys;
  }

  /** The keys that are compared with those of other settings: all, an open section counting as one. */
  Set<String> comparable() {
    return keys.keys().stream().map(KeyReference::key).collect(Collectors.toSet());
  }

  boolean isLive(String key) {
    return keys.find(key).map(KeyReference::live).orElse(false);
  }

  /** The value of a key; empty when it has none. */
  Optional<ConfigValue> value(String key) {
    return merged.hasPath(key) ? Optional.of(merged.getValue(key)) : Optional.empty();
  }

  /** The value of a key on one line. */
  String show(String key) {
    return value(key).map(Settings::text).orElse("null");
  }

  /** The same settings but for one key, which is as in others. */
  Settings with(String key, Settings others) {
    return new Settings(taken(key, merged, others.merged), taken(key, operators, others.operators), keys, warnings);
  }

  private static Config taken(String key, Config mine, Config others) {
    return others.hasPath(key) ? mine.withValue(key, others.getValue(key)) : mine.withoutPath(key);
  }

  /** A section of the host's own. */
  public Configuration section(String path) {
    return new ConfigSection(path, merged.hasPath(path) ? merged.getConfig(path) : ConfigFactory.empty());
  }

  /** The section of a plugin; empty for one that has no keys. */
  public Configuration plugin(String pluginId) {
    return section(SectionReference.sectionOf(pluginId));
  }

  private static String text(ConfigValue value) {
    return Values.text(value).orElseGet(() -> Values.show(value));
  }

  /** Shows each key whose name contains a text, with its value and where that was written. */
  public void print(String part, ConsoleOutput output) {
    output.table("configuration", Column.of("Key"), Column.of("Value"), Column.of("From"));
    for (KeyReference reference : keys.keys()) {
      String key = reference.key();
      if (key.contains(part)) {
        boolean set = operators.hasPath(key);
        output.row(key, merged.hasPath(key) ? text(merged.getValue(key)) : "null",
            set ? Values.place(operators.getValue(key).origin()) : "default");
      }
    }
  }
}
