package org.sluice.core.ip;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Counters;

/**
 * What all links need.
 *
 * @param limits bounds
 * @param counters what the IP layer counts
 * @param scope where parts make counters of their own
 * @param ports interfaces as worker 0 uses them, by index
 */
record LinkShared(LinkLimits limits, IpCounters counters, Counters scope, IntFunction<@Nullable Port> ports) {}
