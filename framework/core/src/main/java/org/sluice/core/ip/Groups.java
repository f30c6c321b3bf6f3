package org.sluice.core.ip;

import org.sluice.core.network.AddressNote;
import org.sluice.core.network.NetInterface;
import org.sluice.spi.network.IpPrefix;

/** The IPv6 groups that a host is in (RFC 4291 section 2.8). */
final class Groups {
  /** {@code ff02::}. */
  static final long LINK_HIGH = 0xff02L << 48;
  /** The first half of the groups of solicited nodes. */
  static final long SOLICITED_HIGH = LINK_HIGH;
  /** The second half of {@code ff02::1}. */
  static final long ALL_NODES_LOW = 1;

  /** The second half of {@code ff02::2}. */
  static final long ALL_ROUTERS_LOW = 2;

  private static final long SOLICITED_LOW = 0x1_ff00_0000L;
  private static final long SOLICITED_BITS = 0xff_ffffL;
  private static final long HARDWARE = 0x3333L << 32;

  private Groups() {}

  /** The second half of the group of an address: {@code ::1:ffXX:XXXX} (section 2.7.1). */
  static long solicitedLow(long low) {
    return SOLICITED_LOW | low & SOLICITED_BITS;
  }

  /** The hardware address of a group (RFC 2464 section 7). */
  static long hardware(long groupLow) {
    return HARDWARE | groupLow & 0xffff_ffffL;
  }

  static boolean isGroup(long high) {
    return high >>> 56 == 0xff;
  }

  /** Whether an interface listens to a group. */
  static boolean has(NetInterface one, long high, long low) {
    if (high != LINK_HIGH) {
      return false;
    }
    if (low == ALL_NODES_LOW) {
      return true;
    }
    for (int i = 0; i < one.addresses().size(); i++) {
      IpPrefix own = one.addresses().get(i);
      if (!own.isIp4() && solicitedLow(own.address().low()) == low) {
        return true;
      }
    }
    // Who asks for the same address is to be heard (RFC 4862 section 5.4.2).
    for (int i = 0; i < one.notes().size(); i++) {
      AddressNote note = one.notes().get(i);
      if (note.state() == AddressNote.State.TENTATIVE && !note.address().isIp4()
          && solicitedLow(note.address().address().low()) == low) {
        return true;
      }
    }
    return false;
  }
}
