package org.sluice.core.network;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.core.nic.CaptureNic;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.nic.NicDriver;

/** The interfaces while they change. Each method checks everything before it changes anything. Worker 0. */
final class InterfaceTable {
  /** Where the addresses of a new interface are to be. */
  private static final int FIRST_TABLE = 0;

  /** What consoles take for the kind of a route where an interface could be named. */
  private static final Set<String> RESERVED = Set.of("local", "drop");

  private final NetworkState state;
  private final TableRegistry tables;
  private final NetworkLimits limits;
  private final NetworkCounters counters;
  private final List<InterfaceWatcher> watchers;
  private final InterfaceCards cards;
  private final Map<Integer, Set<String>> holders = new HashMap<>();
  private int nextIndex;
  private int addresses;

  InterfaceTable(NetworkState state, TableRegistry tables, NetworkLimits limits, NetworkCounters counters,
      InterfaceCards cards, List<InterfaceWatcher> watchers) {
    this.watchers = watchers;
    this.state = state;
    this.tables = tables;
    this.limits = limits;
    this.counters = counters;
    this.cards = cards;
  }

  NetInterface add(String driverName, @Nullable String wantedName, Map<String, String> options) {
    NicDriver driver = cards.driver(driverName);
    String name = wantedName == null ? freeName(driverName) : wantedName;
    if (RESERVED.contains(name)) {
      throw new SessionException(SessionError.INVALID, "an interface '" + name + "', which routes have as a word");
    }
    if (state.next().byName(name) != null) {
      throw new SessionException(SessionError.CONFLICT, "a second interface '" + name + "'");
    }
    if (state.next().interfaces().size() >= limits.maxInterfaces()) {
      counters.interfaces().increment(0);
      throw new SessionException(SessionError.LIMIT,
          "interface '" + name + "', of which " + limits.maxInterfaces() + " are allowed");
    }
    tables.requireRoom((tables.exists(true, FIRST_TABLE) ? 0 : 1) + (tables.exists(false, FIRST_TABLE) ? 0 : 1));
    CaptureNic nic = cards.open(driver, name, options);
    NetInterface made = new NetInterface(nextIndex, name, driverName, nic, FIRST_TABLE, FIRST_TABLE, List.of(),
        List.of(), false, LinkAdvice.NONE);
    nextIndex++;
    tables.interfaceCame(true, made.table4(), user(made));
    tables.interfaceCame(false, made.table6(), user(made));
    state.publish(made);
    return made;
  }

  /** The names of those that a driver made. */
  List<String> of(NicDriver driver) {
    return !cards.has(driver) ? List.of()
        : state.next().interfaces().stream().filter(one -> one.driver().equals(driver.name()))
            .map(NetInterface::name).toList();
  }

  private String freeName(String driverName) {
    int number = nextIndex;
    while (state.next().byName(driverName + number) != null) {
      number++;
    }
    return driverName + number;
  }

  /** Takes an interface out of everything. Its card is open still: workers may be on its queues. */
  NetInterface delete(String name) {
    NetInterface gone = find(name);
    Set<String> users = holders.getOrDefault(gone.index(), Set.of());
    if (!users.isEmpty()) {
      throw new SessionException(
          SessionError.CONFLICT, "interface '" + name + "' is needed by " + String.join(", ", users));
    }
    for (IpPrefix address : gone.addresses()) {
      tables.addressLeft(gone.table(address.isIp4()), address, gone.index());
    }
    addresses -= gone.addresses().size() + gone.unused().size();
    tables.interfaceGone(gone.index());
    tables.interfaceLeft(true, gone.table4(), user(gone));
    tables.interfaceLeft(false, gone.table6(), user(gone));
    state.retract(gone);
    return gone;
  }

  /** Moves the addresses of one family, with the routes that came with them, to another table. */
  NetInterface move(String name, boolean ip4, int table) {
    NetInterface before = find(name);
    int from = before.table(ip4);
    if (from == table) {
      return before;
    }
    List<IpPrefix> moving = before.addresses().stream().filter(address -> address.isIp4() == ip4).toList();
    moving.forEach(address -> requireFree(table, address, name));
    before.unused().stream().filter(address -> address.isIp4() == ip4)
        .forEach(address -> requireFree(table, address, name));
    NetInterface after = before.withTable(ip4, table);
    check(after);
    tables.interfaceCame(ip4, table, user(before));
    moving.forEach(address -> {
      tables.addressLeft(from, address, before.index());
      tables.addressCame(table, address, before.index());
    });
    tables.moveLearned(ip4, from, table, before.index());
    tables.interfaceLeft(ip4, from, user(before));
    state.publish(after);
    return after;
  }

  /** Gives an interface an address, as one that the link is asked for first or as one that is used at once. */
  NetInterface addAddress(String name, IpPrefix address, boolean isAsked) {
    NetInterface before = find(name);
    requireUsable(address);
    if (before.has(address.address().high(), address.address().low())
        || before.note(address.address().high(), address.address().low()) != null) {
      throw new SessionException(SessionError.IPINUSE, address.address() + " on interface '" + name + "' again");
    }
    requireFree(before.table(address.isIp4()), address, name);
    if (addresses >= limits.maxAddresses()) {
      counters.addresses().increment(0);
      throw new SessionException(SessionError.LIMIT,
          "address " + address + ", of which " + limits.maxAddresses() + " are allowed");
    }
    check(before.with(address));
    addresses++;
    if (isAsked) {
      NetInterface asking = before.withNote(address, AddressNote.State.TENTATIVE);
      state.publish(asking);
      return asking;
    }
    return use(before, address);
  }

  private NetInterface use(NetInterface before, IpPrefix address) {
    NetInterface after = before.with(address);
    tables.addressCame(before.table(address.isIp4()), address, before.index());
    state.publish(after);
    return after;
  }

  NetInterface deleteAddress(String name, IpAddress address) {
    NetInterface before = find(name);
    AddressNote note = before.note(address.high(), address.low());
    if (note != null && note.isUnused()) {
      return forget(before, note.address());
    }
    IpPrefix gone = before.addresses().stream()
        .filter(own -> own.address().equals(address))
        .findFirst()
        .orElseThrow(() -> new SessionException(
            SessionError.ADDR_NOT_IN_USE, address + " is no address of interface '" + name + "'"));
    NetInterface after = before.without(gone).withNote(gone, null);
    check(after);
    addresses--;
    tables.addressLeft(before.table(gone.isIp4()), gone, before.index());
    state.publish(after);
    return after;
  }

  private NetInterface forget(NetInterface before, IpPrefix unused) {
    NetInterface after = before.withNote(unused, null);
    addresses--;
    state.publish(after);
    return after;
  }

  /**
   * The link has answered for a tentative address: it is used from now on, or never. Null when the interface or the
   * address is gone. Whoever stands on the interface may refuse, and then it is forgotten.
   */
  @Nullable NetInterface settle(int index, IpAddress address, boolean free) {
    NetInterface before = state.next().byIndex(index);
    if (before == null || !before.isTentative(address.high(), address.low())) {
      return null;
    }
    IpPrefix prefix = Objects.requireNonNull(before.note(address.high(), address.low())).address();
    if (!free) {
      NetInterface after = before.withNote(prefix, AddressNote.State.DUPLICATE);
      state.publish(after);
      return after;
    }
    try {
      check(before.with(prefix));
    } catch (SessionException refusal) {
      var _ = forget(before, prefix);
      throw refusal;
    }
    return use(before.withNote(prefix, null), prefix);
  }

  /** Marks an address that is used as one to choose no more, or takes the mark away. */
  void deprecate(int index, IpAddress address, boolean deprecated) {
    NetInterface before = state.next().byIndex(index);
    if (before == null) {
      return;
    }
    for (IpPrefix own : before.addresses()) {
      if (own.address().equals(address)) {
        state.publish(before.withNote(own, deprecated ? AddressNote.State.DEPRECATED : null));
      }
    }
  }

  NetInterface autoconf(String name, boolean on) {
    NetInterface before = find(name);
    if (on && before.isLoop()) {
      throw new SessionException(SessionError.INVALID, "autoconf of '" + name + "', a loop, which has no routers");
    }
    NetInterface after = before.withAutoconf(on, on ? before.advice() : LinkAdvice.NONE);
    state.publish(after);
    return after;
  }

  void advise(int index, LinkAdvice advice) {
    NetInterface before = state.next().byIndex(index);
    if (before != null && !before.advice().equals(advice)) {
      state.publish(before.withAutoconf(before.autoconf(), advice));
    }
  }

  /** Keeps an interface from being deleted; in words who does. */
  void hold(int index, String user) {
    holders.computeIfAbsent(index, absent -> new LinkedHashSet<>()).add(user);
  }

  void release(int index, String user) {
    Set<String> users = holders.getOrDefault(index, Set.of());
    users.remove(user);
    if (users.isEmpty()) {
      holders.remove(index);
    }
  }

  NetInterface find(String name) {
    NetInterface found = state.next().byName(name);
    if (found == null) {
      throw new SessionException(SessionError.NOINTF, "there is no interface '" + name + "'");
    }
    return found;
  }

  void close() {
    state.next().interfaces().forEach(one -> one.nic().close());
  }

  private void check(NetInterface after) {
    watchers.forEach(watcher -> watcher.check(after));
  }

  private static String user(NetInterface one) {
    return "interface " + one.name();
  }

  /** Loopback addresses belong to every host and to no interface (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3). */
  private static void requireUsable(IpPrefix prefix) {
    IpAddress address = prefix.address();
    if (address.isAny() || address.isLoopback() || isGroup(address)) {
      throw new SessionException(SessionError.INVALID, address + " as an address of an interface");
    }
  }

  /** Multicast, or what IPv4 reserves above it, the limited broadcast included. */
  private static boolean isGroup(IpAddress address) {
    return address.isIp4() ? (address.low() >>> 29 & 7) == 7 : address.high() >>> 56 == 0xff;
  }

  /** Link-local addresses are unique on their link only, all others in their table. */
  private void requireFree(int table, IpPrefix prefix, String name) {
    IpAddress address = prefix.address();
    RouteTable found = state.next().table(address.isIp4(), table);
    Route route = found == null ? null : found.routes().get(IpPrefix.host(address));
    if (Scopes.isLinkLocal(address.high(), address.low())) {
      return;
    }
    boolean isAskedFor = state.next().interfaces().stream().anyMatch(one -> !one.name().equals(name)
        && one.table(address.isIp4()) == table && one.isTentative(address.high(), address.low()));
    if (isAskedFor || route != null && route.origin() == Route.Origin.ADDRESS) {
      throw new SessionException(SessionError.IPINUSE,
          address + " on interface '" + name + "', because another one has it in table " + table);
    }
  }
}
