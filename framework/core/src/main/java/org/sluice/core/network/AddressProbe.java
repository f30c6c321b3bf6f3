package org.sluice.core.network;

import org.sluice.spi.network.IpAddress;

/** Asks a link whether somebody has an address, before an interface uses it. Called on worker 0. */
public interface AddressProbe {
  /** Takes every address as it is. */
  AddressProbe NONE = new AddressProbe() {
    @Override
    public boolean isAsked(NetInterface one, IpAddress address) {
      return false;
    }

    @Override
    public boolean start(NetInterface one, IpAddress address) {
      return false;
    }

    @Override
    public void cancel(NetInterface one, IpAddress address) {}
  };

  /**
   * Whether the link of an interface has to be asked.
   *
   * @param one the interface
   * @param address the address
   * @return false when it may be used at once
   */
  boolean isAsked(NetInterface one, IpAddress address);

  /**
   * Begins to ask. The answer goes to {@link NetworkPlane#settle}, later.
   *
   * @param one the interface, which has the address as a tentative one
   * @param address the address
   * @return false when as many as may be are asked for
   */
  boolean start(NetInterface one, IpAddress address);

  /**
   * Asks no more: the address was taken away.
   *
   * @param one the interface
   * @param address the address
   */
  void cancel(NetInterface one, IpAddress address);
}
