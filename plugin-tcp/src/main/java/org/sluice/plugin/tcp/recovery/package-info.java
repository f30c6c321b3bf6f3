/**
 * What was sent, what arrived, what is lost, and how long it takes: the bookkeeping of loss detection, as objects that
 * one connection owns and its worker calls. Times are microseconds and arguments, sequence numbers are ints. Entry:
 * {@link org.sluice.plugin.tcp.recovery.SentSegments} with {@link org.sluice.plugin.tcp.recovery.RackTlp}.
 */
@NullMarked
package org.sluice.plugin.tcp.recovery;

import org.jspecify.annotations.NullMarked;
