package org.sluice.core.policy;

import org.sluice.spi.session.FlowKey;

/** What decides for one table set or namespace. Any worker asks; worker 0 changes. */
sealed interface PolicyTable permits RuleTable, DenyTable {

  /** The code of the action for a packet, or NOTHING. Lock-free; allocates nothing. */
  long decide(int protocolSlot, FlowKey key);

  /** The same for what comes from an unknown source. */
  long decideFromAnywhere(int protocolSlot, FlowKey key);

  /** How many entries there are. Worker 0. */
  int size();

  /** Forgets the entries of one family. Worker 0. */
  void retire(boolean ip4);
}
