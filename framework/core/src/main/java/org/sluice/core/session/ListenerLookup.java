package org.sluice.core.session;

import org.sluice.spi.session.FlowKey;

/**
 * Finds listeners. Each method: any worker; lock-free; allocates nothing; the answer is the handle of a listening
 * session, or {@link org.sluice.spi.runtime.Handle#INVALID}.
 */
public interface ListenerLookup {

  /**
   * The listener in the tables of the network that a flow's local side leads to: of the exact address and port, else of
   * the unspecified address and that port, else a proxy of that address, else one of the unspecified address.
   *
   * @param key the flow: local side, protocol and table count
   * @return its listening session
   */
  long find(FlowKey key);

  /**
   * The first listener of an application in a table of the network that is no proxy.
   *
   * @param application the application's handle
   * @param key the flow: protocol, table and the family of the local side count
   * @return its listening session
   */
  long first(long application, FlowKey key);

  /**
   * The listener in the local table of a namespace that a connect leads to: of the exact address and port; for a
   * loopback address else of the unspecified one and that port; else a proxy of that address, else one of the
   * unspecified address.
   *
   * @param namespace the namespace's index
   * @param protocolSlot the slot of the protocol's name
   * @param secure whether the protected form of the protocol is asked for
   * @param key the connect: the remote side counts
   * @return the listening session to be given to the transport with the trait LOCAL
   */
  long findLocal(int namespace, int protocolSlot, boolean secure, FlowKey key);
}
