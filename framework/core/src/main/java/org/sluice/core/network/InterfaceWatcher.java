package org.sluice.core.network;

/** Somebody who stands on an interface and goes where it goes. Called on worker 0. */
public interface InterfaceWatcher {

  /**
   * The table or the addresses of an interface are about to change.
   *
   * @param after the interface as it will be; nothing has changed yet
   * @throws org.sluice.spi.application.SessionException to refuse the change
   */
  void check(NetInterface after);

  /**
   * The table or the addresses of an interface have changed. Must not throw.
   *
   * @param after the interface as it is
   */
  void changed(NetInterface after);
}
