package org.sluice.benchmarks.sidebyside.ours;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The live objects of the heap.
 *
 * @param bytes by the name of their class
 */
record ClassHistogram(Map<String, Long> bytes) {
  private static final Pattern ROW = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");

  /** Collects garbage and counts what is left. */
  static ClassHistogram take() throws JMException {
    Object text = ManagementFactory.getPlatformMBeanServer().invoke(
        new ObjectName("com.sun.management:type=DiagnosticCommand"),
        "gcClassHistogram",
        new Object[] {new String[0]},
        new String[] {String[].class.getName()});
    return parse((String) text);
  }

  static ClassHistogram parse(String text) {
    Map<String, Long> bytes = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        bytes.merge(row.group(3), Long.parseLong(row.group(2)), Long::sum);
      }
    }
    return new ClassHistogram(bytes);
  }

  /** What was added since an earlier one. */
  ClassHistogram since(ClassHistogram earlier) {
    Map<String, Long> growth = new LinkedHashMap<>(bytes);
    earlier.bytes.forEach((name, before) -> growth.merge(name, -before, Long::sum));
    return new ClassHistogram(growth);
  }

  /** The bytes of the classes chosen. */
  long sum(Predicate<String> classes) {
    return bytes.entrySet().stream().filter(entry -> classes.test(entry.getKey())).mapToLong(Map.Entry::getValue).sum();
  }
}
