package org.sluice.core.session;

import org.sluice.spi.session.FlowKey;

/** The entries of one worker's sessions in the lookup table, unless their transport has none. Owned by the worker. */
final class SessionFlows {
  private final FlowHolders holders;
  private final FlowKey key = new FlowKey();

  SessionFlows(FlowHolders holders) {
    this.holders = holders;
  }

  boolean enter(StackSession session) {
    if (session.carrier().noLookup()) {
      return true;
    }
    return holders.enter(key.set(session.connected()), session.handle);
  }

  /** The same for a flow that another holds: lookups find the one or the other, at no moment neither. */
  boolean takeOver(StackSession session, long holder) {
    if (session.carrier().noLookup()) {
      return true;
    }
    return holders.takeOver(key.set(session.connected()), holder, session.handle);
  }

  void forget(StackSession session) {
    if (session.connection != null && !session.carrier().noLookup()) {
      holders.forget(key.set(session.connected()), session.handle);
    }
  }
}
