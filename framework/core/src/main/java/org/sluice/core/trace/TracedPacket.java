package org.sluice.core.trace;

import java.util.List;

/**
 * What happened to one packet.
 *
 * @param afterNs when, from the begin of the trace on
 * @param worker on which worker
 * @param interfaceIndex on which interface
 * @param sent whether it went out
 * @param steps one line each, in order
 */
public record TracedPacket(long afterNs, int worker, int interfaceIndex, boolean sent, List<String> steps) {}
