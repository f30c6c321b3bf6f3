package org.sluice.core.session;

import org.sluice.spi.session.FlowKey;

/** Finds the listener that a flow's local side leads to. Any worker; lock-free; allocates nothing. */
@FunctionalInterface
public interface ListenerLookup {

  /**
   * The listener of the exact address and port, else of the unspecified address and that port.
   *
   * @param key the flow: local side, protocol and table count
   * @return the handle of its listening session, or {@link org.sluice.spi.runtime.Handle#INVALID}
   */
  long find(FlowKey key);
}
