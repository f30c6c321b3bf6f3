package org.sluice.core.network;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;

/** Which of its addresses an interface speaks to a destination with (RFC 6724 section 5, as far as it goes). */
public final class SourceAddress {
  private SourceAddress() {}

  /**
   * The best address of an interface for a destination.
   *
   * @param one the interface
   * @param high first half of the destination
   * @param low second half
   * @param before what was best so far, or null
   * @return the one that was best before where none is better
   */
  public static @Nullable IpPrefix nearest(NetInterface one, long high, long low, @Nullable IpPrefix before) {
    IpPrefix best = before;
    boolean near = Scopes.isLinkLocal(high, low);
    for (int i = 0; i < one.addresses().size(); i++) {
      IpPrefix own = one.addresses().get(i);
      boolean ownNear = Scopes.isLinkLocal(own.address().high(), own.address().low());
      if (own.isIp4() == IpAddress.isIp4(high, low)
          && (near || !ownNear)
          && (best == null || rank(one, own, near, high, low) > rank(one, best, near, high, low))) {
        best = own;
      }
    }
    return best;
  }

  /** The same scope first, then what is not deprecated, then as many leading bits in common as can be. */
  private static int rank(NetInterface one, IpPrefix own, boolean near, long high, long low) {
    boolean sameScope = near == Scopes.isLinkLocal(own.address().high(), own.address().low());
    long differing = own.address().high() ^ high;
    int common = differing == 0
        ? Long.SIZE + Long.numberOfLeadingZeros(own.address().low() ^ low)
        : Long.numberOfLeadingZeros(differing);
    AddressNote note = one.notes().isEmpty() ? null : one.note(own.address().high(), own.address().low());
    boolean isDeprecated = note != null && note.state() == AddressNote.State.DEPRECATED;
    return common + (isDeprecated ? 0 : 2 * 2 * Long.SIZE) + (sameScope ? 2 * 2 * 2 * Long.SIZE : 0);
  }
}
