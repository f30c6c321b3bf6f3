package org.sluice.plugin.afxdp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicException;

/**
 * What an operator can say about a card.
 *
 * @param device the interface of the host
 * @param namespace the network namespace that it is in, by name or path; null for the process's own
 * @param queues how many of its queues; 0 for all
 * @param rxEntries of each rx ring
 * @param txEntries of each tx ring
 * @param chunkBytes of a chunk of memory
 * @param copy how packets are moved
 * @param mode where the program is attached
 * @param multiBuffer whether packets may lie in several chunks
 * @param busyPollUs how long the card is polled; 0 for interrupts
 * @param huge whether the memory is in huge pages
 * @param trustPartial whether unfinished checksums are believed
 * @param kernelChecksums whether the kernel or the card makes the checksums of what is sent
 * @param mac the hardware address of the stack, as {@link org.sluice.spi.nic.Nic#macAddress}; 0 for the
 *     interface's own
 * @param replace whether a program that is attached already is taken off
 * @param steer which packets are the stack's
 * @param ports the ports that are the stack's; empty for all
 * @param routers whether advertisements of routers are the stack's
 */
record AfXdpOptions(String device, @Nullable String namespace, int queues, int rxEntries, int txEntries, int chunkBytes,
    Copy copy, Mode mode, boolean multiBuffer, int busyPollUs, boolean huge, boolean trustPartial,
    boolean kernelChecksums, long mac, boolean replace, Steer steer, Set<Integer> ports,
    boolean routers) {

  /** Which packets are the stack's. */
  enum Steer {
    /** Those to its addresses. */
    ADDRESSES,
    /** All: the interface is nobody else's. */
    ALL
  }

  /** How packets are moved. */
  enum Copy {
    /** Without copy where the card can, else with it. */
    AUTO,
    /** By copying. */
    COPY,
    /** Without copy, or not at all. */
    ZEROCOPY
  }

  /** Where the program is attached. */
  enum Mode {
    /** In the driver where it can, else behind it. */
    AUTO,
    /** In the driver, or not at all. */
    NATIVE,
    /** Behind the driver. */
    SKB
  }

  /** Who makes the checksums of what is sent. */
  private enum Checksums {
    /** The stack. */
    STACK,
    /** The kernel, or the card for it. */
    KERNEL
  }

  private static final int DEFAULT_ENTRIES = 2048;
  private static final int MIN_ENTRIES = 64;
  private static final int MAX_ENTRIES = 1 << 15;
  private static final int DEFAULT_CHUNK = 4096;
  private static final int MIN_CHUNK = 2048;
  private static final int MAX_PORT = 0xffff;
  private static final int MAX_BUSY_POLL_US = 1_000_000;
  private static final Pattern MAC = Pattern.compile("\\p{XDigit}{2}(:\\p{XDigit}{2}){5}");
  private static final int HEX = 16;
  /** The bit of addresses that are many cards'. */
  private static final long GROUP = 1L << 40;

  static AfXdpOptions of(NicConfiguration configuration) throws NicException {
    Parser p = new Parser(configuration.options());
    String device = p.text("interface", configuration.interfaceName());
    AfXdpOptions options = new AfXdpOptions(
        device == null ? "" : device,
        p.text("namespace", null),
        p.number("queues", Math.max(configuration.rxQueues(), configuration.txQueues()), 0, 255),
        p.power("rx-ring", DEFAULT_ENTRIES, MIN_ENTRIES, MAX_ENTRIES),
        p.power("tx-ring", DEFAULT_ENTRIES, MIN_ENTRIES, MAX_ENTRIES),
        p.power("chunk", DEFAULT_CHUNK, MIN_CHUNK, DEFAULT_CHUNK),
        p.choice("copy", Copy.class, Copy.AUTO),
        p.choice("mode", Mode.class, Mode.AUTO),
        p.flag("multi-buffer", true),
        p.number("busy-poll-us", 0, 0, MAX_BUSY_POLL_US),
        p.flag("huge-pages", false),
        p.flag("trust-partial-checksums", false),
        p.choice("tx-checksums", Checksums.class, Checksums.STACK) == Checksums.KERNEL,
        p.mac("mac"),
        p.flag("replace", false),
        p.choice("steer", Steer.class, Steer.ADDRESSES),
        p.ports("ports"),
        p.flag("router-advertisements", false));
    p.finish();
    options.check();
    return options;
  }

  /** What says nothing beside another option is an error, not forgotten. */
  private void check() throws NicException {
    if (steer == Steer.ALL && (!ports.isEmpty() || routers)) {
      throw new NicException("af_xdp: steer=all leaves nothing to say for ports and router-advertisements.");
    }
  }

  /** Takes options by name and collects what is wrong with them. */
  private static final class Parser {
    private final Map<String, String> left;
    private final Set<String> known = new HashSet<>();
    private final List<String> wrong = new ArrayList<>();

    Parser(Map<String, String> given) {
      left = new HashMap<>(given);
    }

    private @Nullable String take(String key) {
      known.add(key);
      return left.remove(key);
    }

    @Nullable String text(String key, @Nullable String otherwise) {
      String value = take(key);
      return value == null ? otherwise : value;
    }

    int number(String key, int otherwise, int min, int max) {
      String value = take(key);
      if (value == null) {
        return otherwise;
      }
      try {
        int number = Integer.parseInt(value);
        if (number >= min && number <= max) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Said below.
      }
      wrong.add(key + "=" + value + " is no number from " + min + " to " + max);
      return otherwise;
    }

    int power(String key, int otherwise, int min, int max) {
      int number = number(key, otherwise, min, max);
      if (Integer.bitCount(number) != 1) {
        wrong.add(key + "=" + number + " is no power of two");
        return otherwise;
      }
      return number;
    }

    boolean flag(String key, boolean otherwise) {
      String value = take(key);
      if (value == null) {
        return otherwise;
      }
      if (!value.equals("on") && !value.equals("off")) {
        wrong.add(key + "=" + value + " is neither on nor off");
      }
      return value.equals("on");
    }

    <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
      String value = take(key);
      if (value == null) {
        return otherwise;
      }
      List<String> names = new ArrayList<>();
      for (E one : type.getEnumConstants()) {
        String name = one.name().toLowerCase(Locale.ROOT);
        if (name.equals(value)) {
          return one;
        }
        names.add(name);
      }
      wrong.add(key + "=" + value + " is none of " + String.join(", ", names));
      return otherwise;
    }

    long mac(String key) {
      String value = take(key);
      if (value == null) {
        return 0;
      }
      long mac = MAC.matcher(value).matches() ? Long.parseLong(value.replace(":", ""), HEX) : 0;
      if (mac == 0 || (mac & GROUP) != 0) {
        wrong.add(key + "=" + value + " is no hardware address of one card, such as 02:00:00:00:00:01");
      }
      return mac;
    }

    Set<Integer> ports(String key) {
      String value = take(key);
      Set<Integer> ports = new HashSet<>();
      for (String one : value == null ? new String[0] : value.split(",", -1)) {
        try {
          int port = Integer.parseInt(one.strip());
          if (port < 1 || port > MAX_PORT) {
            throw new NumberFormatException();
          }
          ports.add(port);
        } catch (NumberFormatException e) {
          wrong.add(key + "=" + value + " has '" + one + "', which is no port from 1 to " + MAX_PORT);
        }
      }
      return Set.copyOf(ports);
    }

    void finish() throws NicException {
      for (String key : left.keySet().stream().sorted().toList()) {
        wrong.add("there is no option '" + key + "'; there are: "
            + String.join(", ", known.stream().sorted().toList()));
      }
      if (!wrong.isEmpty()) {
        throw new NicException("af_xdp: " + String.join("; ", wrong) + ".");
      }
    }
  }
}
