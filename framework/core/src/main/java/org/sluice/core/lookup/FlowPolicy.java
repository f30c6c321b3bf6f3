package org.sluice.core.lookup;

import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;

/**
 * The rules that are asked for what belongs to no session yet. Any worker; lock-free; allocates nothing. Protocols are
 * named by the slots of their names, which outlive the registration of a transport.
 */
public interface FlowPolicy {
  /** Refuses nothing and redirects nothing. */
  FlowPolicy NONE = new FlowPolicy() {
    @Override
    public boolean decide(int protocolSlot, FlowKey key, LookupResult result) {
      return false;
    }

    @Override
    public boolean decideFromAnywhere(int protocolSlot, FlowKey key, LookupResult result) {
      return false;
    }

    @Override
    public boolean decideLocal(int namespace, int protocolSlot, FlowKey key, LookupResult result) {
      return false;
    }
  };

  /**
   * Asks the rules of a table set about a packet.
   *
   * @param protocolSlot the protocol's
   * @param key the packet's flow: the local side is ours; not kept
   * @param result set to DROP, or to APPLICATION with the handle of the one it is redirected to; untouched otherwise
   * @return false when the listeners are to be asked: nothing matches, or a rule allows it
   */
  boolean decide(int protocolSlot, FlowKey key, LookupResult result);

  /**
   * Asks the rules of a table set about what comes from an address that nobody knows yet: only rules for every source
   * match.
   *
   * @param protocolSlot the protocol's
   * @param key the flow: of the remote address the family alone counts; not kept
   * @param result as for {@link #decide}
   * @return as for {@link #decide}
   */
  boolean decideFromAnywhere(int protocolSlot, FlowKey key, LookupResult result);

  /**
   * Asks the rules of a namespace about a connect.
   *
   * @param namespace its index
   * @param protocolSlot the protocol's
   * @param key what is asked for: the remote side is the wanted one, the local side does not count; not kept
   * @param result as for {@link #decide}
   * @return as for {@link #decide}
   */
  boolean decideLocal(int namespace, int protocolSlot, FlowKey key, LookupResult result);
}
