package org.sluice.plugin.transfer;

import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;

/**
 * What the sessions of one listener have in common. Immutable but for the count.
 *
 * @param intake where files go
 * @param files received so far
 * @param settings the plugin's
 * @param counters the plugin's
 * @param log the plugin's
 */
record Receiver(
    Intake intake, LongAdder files, TransferSettings settings, TransferCounters counters, Logger log) {}
