package org.sluice.host.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the kernel says of this process: limits and capabilities, as the text of {@code /proc/self} has them. */
public final class ProcessChecks {
  private static final long OPEN_FILES = 1024;
  /** The memory of a card with one queue, and as much again. */
  private static final long LOCKED_BYTES = 64L << 20;

  /** Bits of linux/capability.h, with what needs them. */
  private static final Map<String, Capability> CAPABILITIES = new TreeMap<>(Map.of(
      "CAP_NET_ADMIN", new Capability(12, "attaching the program that steers packets"),
      "CAP_NET_RAW", new Capability(13, "AF_XDP sockets"),
      "CAP_BPF", new Capability(39, "loading the program that steers packets")));
  private static final int IPC_LOCK = 14;
  private static final int SYS_ADMIN = 21;

  private record Capability(int bit, String use) {}

  private ProcessChecks() {}

  /**
   * Looks at both.
   *
   * @param limits the lines of {@code /proc/self/limits}
   * @param status the lines of {@code /proc/self/status}
   * @return what was found
   */
  public static List<Check> of(List<String> limits, List<String> status) {
    long capabilities = capabilities(status.stream());
    List<Check> checks = new ArrayList<>();
    checks.add(limit(limits, "Max open files", "open files", OPEN_FILES, false,
        "'ulimit -n 65536', or LimitNOFILE=65536 in the unit of systemd"));
    checks.add(limit(limits, "Max locked memory", "locked memory", LOCKED_BYTES, has(capabilities, IPC_LOCK),
        "'ulimit -l unlimited', or LimitMEMLOCK=infinity in the unit of systemd, for cards of the host"));
    CAPABILITIES.forEach((name, one) -> checks.add(has(capabilities, one.bit())
        ? Check.good(name, "given")
        : Check.bad(name, "missing", "AmbientCapabilities=" + name + " in the unit of systemd, or root, for "
            + one.use())));
    checks.add(has(capabilities, SYS_ADMIN) ? Check.good("CAP_SYS_ADMIN", "given")
        : Check.hint("CAP_SYS_ADMIN", "not given", "needed for cards in other network namespaces, and for replace=on"));
    return checks;
  }

  private static boolean has(long capabilities, int bit) {
    return (capabilities >>> bit & 1) != 0;
  }

  private static long capabilities(Stream<String> status) {
    return status.filter(line -> line.startsWith("CapEff:")).findFirst()
        .map(line -> Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16)).orElse(0L);
  }

  private static Check limit(List<String> limits, String name, String what, long least, boolean exempt,
      String remedy) {
    String line = limits.stream().filter(one -> one.startsWith(name)).findFirst().orElse(name + " unlimited");
    String soft = line.substring(name.length()).strip().split("\\s+", 2)[0];
    OptionalLong value = soft.equals("unlimited") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(soft));
    if (value.isEmpty() || value.getAsLong() >= least) {
      return Check.good(what, soft);
    }
    return exempt ? Check.good(what, soft + ", and CAP_IPC_LOCK") : Check.bad(what, soft, remedy);
  }
}
