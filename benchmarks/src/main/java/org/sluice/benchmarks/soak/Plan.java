package org.sluice.benchmarks.soak;

/**
 * What a run does.
 *
 * @param seed decides all scripts
 * @param pairs how many pairs of applications there are at a time, each with one session
 * @param durationNs how long new sessions are begun
 * @param mostSessions of each pair
 * @param stallNs without progress for so long, a session counts as stuck
 * @param tamper what a test does to streams
 */
record Plan(long seed, int pairs, long durationNs, int mostSessions, long stallNs, Tamper tamper) {
}
