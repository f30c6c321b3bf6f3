package org.sluice.host.config;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.sluice.host.problem.Nearest;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** All keys of a host and its plugins, as their reference files describe them. Immutable. */
public final class KeyTable {
  private final List<KeyReference> keys;

  KeyTable(Collection<KeyReference> keys) {
    this.keys = List.copyOf(keys);
  }

  /** By name. */
  public List<KeyReference> keys() {
    return keys;
  }

  /** These with the keys of one section in the place of those that it has here. */
  KeyTable with(String section, KeyTable others) {
    TreeMap<String, KeyReference> all = new TreeMap<>();
    keys.forEach(key -> all.put(key.key(), key));
    all.keySet().removeIf(key -> key.equals(section) || key.startsWith(section + "."));
    others.keys.forEach(key -> all.put(key.key(), key));
    return new KeyTable(all.values());
  }

  /** The description of a key; empty when there is none of that name. */
  public Optional<KeyReference> find(String key) {
    return keys.stream().filter(each -> each.key().equals(key)).findFirst();
  }

  /** The key whose name is like this one; empty when none is. */
  public Optional<String> nearest(String key) {
    return Nearest.to(key, keys.stream().map(KeyReference::key).toList());
  }

  /**
   * Shows each key whose name contains a text, in one line.
   *
   * @return whether there is any
   */
  public boolean print(String part, ConsoleOutput output) {
    List<KeyReference> shown = keys.stream().filter(key -> key.key().contains(part)).toList();
    output.table("keys", Column.of("Key"), Column.of("Type"), Column.of("Default"), Column.of("Live"),
        Column.of("What it is"));
    shown.forEach(key -> output.row(key.key(), key.type(), key.usual(), key.live() ? "yes" : "no", key.summary()));
    return !shown.isEmpty();
  }

  /**
   * Shows each key whose name contains a text, with its whole text.
   *
   * @return whether there is any
   */
  public boolean printFull(String part, ConsoleOutput output) {
    List<KeyReference> shown = keys.stream().filter(key -> key.key().contains(part)).toList();
    output.table("keys", Column.of("Key"), Column.of("Type"), Column.of("Default"), Column.of("Live"),
        Column.of("Text"));
    shown.forEach(key -> output.row(key.key(), key.type(), key.usual(), key.live() ? "yes" : "no", key.text()));
    return !shown.isEmpty();
  }
}
