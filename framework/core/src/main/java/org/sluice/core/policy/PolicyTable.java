package org.sluice.core.policy;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.session.FlowKey;

/** What decides for one table set or namespace. Any worker asks; worker 0 changes. */
sealed interface PolicyTable permits RuleTable, DenyTable {

  /** The action for a packet, or null when nothing matches. Lock-free; allocates nothing. */
  @Nullable RuleAction action(int protocolSlot, FlowKey key);

  /** How many entries there are. Worker 0. */
  int size();
}
