/**
 * How much may be in flight: the algorithms behind {@link org.sluice.spi.transport.CongestionControl} and the rules
 * around them. No clocks, no segments: time and figures are arguments. Entry: {@link
 * org.sluice.plugin.tcp.congestion.Cubic}.
 */
@NullMarked
package org.sluice.plugin.tcp.congestion;

import org.jspecify.annotations.NullMarked;
