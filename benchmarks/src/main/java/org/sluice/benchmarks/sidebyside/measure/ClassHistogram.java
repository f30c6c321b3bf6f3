package org.sluice.benchmarks.sidebyside.measure;

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
public record ClassHistogram(Map<String, Long> bytes) {
  private static final String FILLER = "jdk.internal.vm.Filler";
  private static final Pattern ROW = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");

  /**
   * Collects garbage and counts what is left.
   *
   * @return the histogram
   * @throws JMException when this JVM has none
   */
  public static ClassHistogram take() throws JMException {
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
      // Dead space that the collector did not move objects over is no object.
      if (row.matches() && !row.group(3).contains(FILLER)) {
        bytes.merge(row.group(3), Long.parseLong(row.group(2)), Long::sum);
      }
    }
    return new ClassHistogram(bytes);
  }

  /**
   * What was added since an earlier one.
   *
   * @param earlier taken before
   * @return the growth of each class
   */
  public ClassHistogram since(ClassHistogram earlier) {
    Map<String, Long> growth = new LinkedHashMap<>(bytes);
    earlier.bytes.forEach((name, before) -> growth.merge(name, -before, Long::sum));
    return new ClassHistogram(growth);
  }

  /**
   * The bytes of the classes chosen.
   *
   * @param classes chooses by name
   * @return their sum
   */
  public long sum(Predicate<String> classes) {
    return bytes.entrySet().stream().filter(entry -> classes.test(entry.getKey())).mapToLong(Map.Entry::getValue).sum();
  }
}
