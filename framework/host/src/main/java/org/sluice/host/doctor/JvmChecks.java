package org.sluice.host.doctor;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sluice.host.start.StartCache;

/** The Java it runs on, the options of that, and whether the cache of classes is in use. */
final class JvmChecks {
  private static final String GIVEN = "-XX:AOTCache=";
  private static final String OFF =
      "starts take longer; it is made where SLUICE_AOT is not off, no option of Java looks into the JVM, and one of "
          + "SLUICE_STATE, $XDG_STATE_HOME/sluice, ~/.local/state/sluice and run/ can be written";

  private JvmChecks() {}

  static List<Check> of(StartCache cache) {
    return List.of(Check.good("Java", Runtime.version().toString()), options(), cache(cache.file(), isUsed()));
  }

  private static Check options() {
    List<String> given = ManagementFactory.getRuntimeMXBean().getInputArguments();
    List<String> slow = given.stream()
        .filter(one -> one.equals("-Xint") || one.startsWith("-XX:TieredStopAtLevel") || one.startsWith("-agentlib:"))
        .toList();
    String text = given.isEmpty() ? "none" : String.join(" ", given);
    return slow.isEmpty() ? Check.good("Java options", text)
        : Check.hint("Java options", text, String.join(" ", slow) + " takes from the speed of a host");
  }

  /**
   * What there is to say of the cache.
   *
   * @param file its place, there or not
   * @param used whether the JVM uses the one that it was given
   */
  static Check cache(Optional<Path> file, boolean used) {
    String what = "start cache";
    if (file.isEmpty()) {
      return Check.hint(what, "none", OFF);
    }
    if (!Files.exists(file.get())) {
      return Check.hint(what, "not made yet: " + file.get(), "the first 'sluice run' makes it");
    }
    return used ? Check.good(what, "in use: " + file.get())
        : Check.hint(what, "refused by Java: " + file.get(), "remove it, and the next 'sluice run' makes another");
  }

  /** Java goes without any archive when it refuses the one it was given; the property says whether it has one. */
  private static boolean isUsed() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream().anyMatch(one -> one.startsWith(GIVEN))
        && System.getProperty("java.vm.info", "").contains("sharing");
  }
}
