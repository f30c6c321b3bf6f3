package org.sluice.host.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sluice.host.problem.Nearest;
import org.sluice.host.problem.Problem;

/** All keys there are and what their values must be, gathered from reference files. */
final class Schema {
  /** The comment above a section whose keys are the operator's own, for example one per card. */
  private static final String OPEN = "type: open";

  private final SortedMap<String, ValueRule> rules = new TreeMap<>();
  private final Set<String> sections = new HashSet<>(Set.of(""));
  private final Set<String> openSections = new HashSet<>();
  private final SortedMap<String, KeyReference> references = new TreeMap<>();

  /**
   * Adds the keys of a reference file.
   *
   * @throws IllegalArgumentException when a type comment cannot be read
   */
  void add(ConfigObject reference) {
    add("", reference, "");
  }

  private void add(String path, ConfigObject reference, String textOfSection) {
    String before = textOfSection;
    for (Map.Entry<String, ConfigValue> entry : asWritten(reference)) {
      String key = join(path, entry.getKey());
      String own = KeyReference.text(entry.getValue().origin());
      // One comment may be for several keys that follow each other, but not for a section after them.
      boolean alone = !own.isEmpty() || entry.getValue() instanceof ConfigObject;
      String text = alone ? own : before;
      before = text;
      if (entry.getValue() instanceof ConfigObject section) {
        sections.add(key);
        if (section.origin().comments().stream().map(String::strip).anyMatch(OPEN::equals)) {
          openSections.add(key);
          references.put(key, KeyReference.open(key, section, text));
        }
        add(key, section, text);
      } else {
        try {
          ValueRule rule = ValueRule.of(entry.getValue());
          rules.put(key, rule);
          references.put(key, KeyReference.of(key, entry.getValue(), rule, text));
        } catch (IllegalArgumentException | ConfigException e) {
          throw new IllegalArgumentException("key " + key + ": " + e.getMessage(), e);
        }
      }
    }
  }

  /** All keys that can be set. */
  KeyTable keys() {
    return new KeyTable(references.values());
  }

  /** What is wrong in an operator's configuration; sections in {@code unchecked} belong to nobody who could say. */
  void check(ConfigObject configuration, Set<String> unchecked, List<Problem> problems) {
    check("", configuration, unchecked, problems);
  }

  private void check(String path, ConfigObject object, Set<String> unchecked, List<Problem> problems) {
    for (Map.Entry<String, ConfigValue> entry : asWritten(object)) {
      String key = join(path, entry.getKey());
      if (!unchecked.contains(key)) {
        check(key, entry.getValue(), unchecked, problems);
      }
    }
  }

  private static List<Map.Entry<String, ConfigValue>> asWritten(ConfigObject object) {
    List<Map.Entry<String, ConfigValue>> asWritten = new ArrayList<>(object.entrySet());
    asWritten.sort(Comparator.<Map.Entry<String, ConfigValue>>comparingInt(
        entry -> entry.getValue().origin().lineNumber()).thenComparing(Map.Entry::getKey));
    return asWritten;
  }

  private void check(String key, ConfigValue value, Set<String> unchecked, List<Problem> problems) {
    ValueRule rule = rules.get(key);
    if (rule != null) {
      rule.check(value).ifPresent(breach -> {
        boolean type = breach == ValueRule.Breach.TYPE;
        problems.add(new Problem(type ? "CFG-004" : "CFG-005", Values.place(value.origin()),
            key + " = " + Values.show(value) + (type ? " has the wrong type" : " is out of range"),
            "give " + rule.describe()));
      });
    } else if (openSections.contains(key)) {
      return;
    } else if (!sections.contains(key)) {
      problems.add(unknown(key, value));
    } else if (value instanceof ConfigObject section) {
      check(key, section, unchecked, problems);
    } else if (value.valueType() != ConfigValueType.NULL) {
      problems.add(new Problem("CFG-004", Values.place(value.origin()),
          key + " = " + Values.show(value) + " has the wrong type", "give a section: " + key + " { ... }"));
    }
  }

  private Problem unknown(String key, ConfigValue value) {
    List<String> known = new ArrayList<>(rules.keySet());
    sections.stream().filter(section -> !section.isEmpty()).forEach(known::add);
    String remedy = Nearest.to(key, known)
        .map(nearest -> "did you mean " + nearest + "?")
        .orElseGet(() -> "keys there: " + String.join(", ", keysBeside(key)));
    return new Problem("CFG-003", Values.place(value.origin()), "unknown key " + key, remedy);
  }

  private List<String> keysBeside(String key) {
    List<String> path = ConfigUtil.splitPath(key);
    String section = path.size() == 1 ? "" : ConfigUtil.joinPath(path.subList(0, path.size() - 1));
    List<String> all = new ArrayList<>(rules.keySet());
    all.addAll(sections);
    return all.stream().filter(other -> isDirectlyBelow(section, other)).sorted().toList();
  }

  private static boolean isDirectlyBelow(String section, String key) {
    if (key.isEmpty()) {
      return false;
    }
    List<String> path = ConfigUtil.splitPath(key);
    String parent = path.size() == 1 ? "" : ConfigUtil.joinPath(path.subList(0, path.size() - 1));
    return parent.equals(section);
  }

  private static String join(String path, String key) {
    String quoted = ConfigUtil.joinPath(key);
    return path.isEmpty() ? quoted : path + "." + quoted;
  }
}
