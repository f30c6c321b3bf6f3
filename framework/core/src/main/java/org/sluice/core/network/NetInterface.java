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
 * @param addresses its addresses with the lengths of their links, in the order they were added
 */
public record NetInterface(
    int index, String name, String driver, CaptureNic nic, int table4, int table6, List<IpPrefix> addresses) {
  /** The driver whose cards receive what they send. */
  private static final String LOOP = "loop";

  /** Copies the addresses. */
  public NetInterface {
    addresses = List.copyOf(addresses);
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

  NetInterface with(IpPrefix address) {
    return withAddresses(Stream.concat(addresses.stream(), Stream.of(address)).toList());
  }

  NetInterface without(IpPrefix address) {
    return withAddresses(addresses.stream().filter(own -> !own.equals(address)).toList());
  }

  NetInterface withTable(boolean ip4, int table) {
    return new NetInterface(index, name, driver, nic, ip4 ? table : table4, ip4 ? table6 : table, addresses);
  }

  private NetInterface withAddresses(List<IpPrefix> others) {
    return new NetInterface(index, name, driver, nic, table4, table6, others);
  }
}
