package org.sluice.core.session;

/**
 * How sessions come to be on one worker. Owned by it.
 *
 * @param sessions by accepts, answered connects and connectionless ones
 * @param streams as streams of sessions that are there
 * @param reports what transports report of half-opens
 */
record WorkerOpens(SessionOpens sessions, StreamOpens streams, HalfOpenReports reports) {}
