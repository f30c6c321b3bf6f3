package org.sluice.core.session;

/**
 * How long the queues of sessions on one worker are, each counted up to {@link #MOST}, since they are walked.
 *
 * @param txNew sessions that have something to send and had no turn yet
 * @param txOld sessions that had a turn and have more to send
 * @param control sessions that were asked to close, reset or half-close
 * @param watched sessions that are looked at for idle memory
 * @param lanes application workers with events to be delivered
 * @param leaving application workers whose sessions are being taken from them
 */
public record QueueDepths(int txNew, int txOld, int control, int watched, int lanes, int leaving) {
  /** Where counting ends. */
  public static final int MOST = 1000;
}
