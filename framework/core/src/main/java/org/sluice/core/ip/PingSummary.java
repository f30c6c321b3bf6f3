package org.sluice.core.ip;

/**
 * What came of a ping.
 *
 * @param sent requests, those that could not be sent included
 * @param received answers, each request's first only
 * @param leastNs the shortest round trip; 0 without answers
 * @param meanNs the mean round trip
 * @param mostNs the longest round trip
 */
public record PingSummary(int sent, int received, long leastNs, long meanNs, long mostNs) {}
