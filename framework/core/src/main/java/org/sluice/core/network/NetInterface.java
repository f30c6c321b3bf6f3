package org.sluice.core.network;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.core.nic.CaptureNic;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;

/**
 * An interface as it is at one moment. Immutable: each change makes another.
 *
 * @param index its number, which no other interface gets while the stack lives
 * @param name its name, unique
 * @param driver the driver of its card
 * @param nic its card, which can be captured
 * @param table4 the table of its IPv4 addresses
 * @param table6 the table of its IPv6 addresses
 * @param addresses the addresses that it uses, with the lengths of their links, in the order they came into use
 * @param notes what is special about addresses: those that it does not use, and those that it will lose
 * @param autoconf whether it takes addresses, routes and advice from the routers of its link
 * @param advice what those say
 */
public record NetInterface(int index, String name, String driver, CaptureNic nic, int table4, int table6,
    List<IpPrefix> addresses, List<AddressNote> notes, boolean autoconf, LinkAdvice advice) {
  /** The driver whose cards receive what they send. */
  private static final String LOOP = "loop";

  /** Copies the lists. */
  public NetInterface {
    addresses = List.copyOf(addresses);
    notes = List.copyOf(notes);
  }

  /**
   * The table of the addresses of a family.
   *
   * @param ip4 which family
   * @return its id
   */
  public int table(boolean ip4) {
    return ip4 ? table4 : table6;
  }

  /**
   * The first address of a family.
   *
   * @param ip4 which family
   * @return the address, or null
   */
  public @Nullable IpAddress firstAddress(boolean ip4) {
    for (IpPrefix address : addresses) {
      if (address.isIp4() == ip4) {
        return address.address();
      }
    }
    return null;
  }

  /**
   * Whether an address is one of this interface.
   *
   * @param high first half
   * @param low second half
   * @return true if it is
   */
  public boolean has(long high, long low) {
    for (int i = 0; i < addresses.size(); i++) {
      IpAddress own = addresses.get(i).address();
      if (own.low() == low && own.high() == high) {
        return true;
      }
    }
    return false;
  }

  /**
   * What is special about an address.
   *
   * @param high first half
   * @param low second half
   * @return the note, or null
   */
  public @Nullable AddressNote note(long high, long low) {
    for (int i = 0; i < notes.size(); i++) {
      AddressNote note = notes.get(i);
      if (note.address().address().low() == low && note.address().address().high() == high) {
        return note;
      }
    }
    return null;
  }

  /**
   * Whether the link is being asked for an address.
   *
   * @param high first half
   * @param low second half
   * @return true if it may become one of this interface
   */
  public boolean isTentative(long high, long low) {
    AddressNote note = notes.isEmpty() ? null : note(high, low);
    return note != null && note.state() == AddressNote.State.TENTATIVE;
  }

  /**
   * Whether what is sent comes back: such an interface has no neighbours.
   *
   * @return true for a loop
   */
  public boolean isLoop() {
    return driver.equals(LOOP);
  }

  /**
   * Whether an address is on a link of this interface.
   *
   * @param high first half
   * @param low second half
   * @return true if one of its addresses has it in its prefix
   */
  public boolean isOnLink(long high, long low) {
    for (int i = 0; i < addresses.size(); i++) {
      if (addresses.get(i).contains(high, low)) {
        return true;
      }
    }
    return false;
  }

  /** Those that it has in name only. */
  List<IpPrefix> unused() {
    return notes.stream().filter(AddressNote::isUnused).map(AddressNote::address).toList();
  }

  /** Its addresses, and those that it has in name only. */
  List<IpPrefix> all() {
    return Stream.concat(addresses.stream(), unused().stream()).toList();
  }

  NetInterface with(IpPrefix address) {
    return withAddresses(Stream.concat(addresses.stream(), Stream.of(address)).toList());
  }

  NetInterface without(IpPrefix address) {
    return withAddresses(addresses.stream().filter(own -> !own.equals(address)).toList());
  }

  /** With a note of an address in the place of the one before; with none when the state is null. */
  NetInterface withNote(IpPrefix address, AddressNote.@Nullable State state) {
    Stream<AddressNote> others = notes.stream().filter(note -> !note.address().equals(address));
    Stream<AddressNote> own = state == null ? Stream.of() : Stream.of(new AddressNote(address, state));
    return new NetInterface(index, name, driver, nic, table4, table6, addresses, Stream.concat(others, own).toList(),
        autoconf, advice);
  }

  NetInterface withTable(boolean ip4, int table) {
    return new NetInterface(index, name, driver, nic, ip4 ? table : table4, ip4 ? table6 : table, addresses, notes,
        autoconf, advice);
  }

  NetInterface withAutoconf(boolean on, LinkAdvice said) {
    return new NetInterface(index, name, driver, nic, table4, table6, addresses, notes, on, said);
  }

  private NetInterface withAddresses(List<IpPrefix> others) {
    return new NetInterface(index, name, driver, nic, table4, table6, others, notes, autoconf, advice);
  }
}
