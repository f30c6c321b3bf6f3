package org.sluice.core.runtime;

/**
 * The bounds of one worker.
 *
 * @param mailboxCapacity messages that can wait for a worker, a power of two; more are refused
 * @param messagesPerTurn messages handled in one turn
 * @param controlPerTurn control slots handled in one turn
 * @param eventsPerTurn application events run in one turn, and sessions taken from applications that detach
 * @param timersPerTurn timers fired in one turn
 * @param timerTickNs the resolution of timers
 */
public record WorkerLimits(
    int mailboxCapacity,
    int messagesPerTurn,
    int controlPerTurn,
    int eventsPerTurn,
    int timersPerTurn,
    long timerTickNs) {

  /** What is right unless measured otherwise. */
  public static final WorkerLimits DEFAULT = new WorkerLimits(4096, 256, 256, 256, 256, 100_000);

  /** Checks the values. */
  public WorkerLimits {
    if (mailboxCapacity < 2 || Integer.bitCount(mailboxCapacity) != 1) {
      throw new IllegalArgumentException("mailbox capacity is not a power of two from 2: " + mailboxCapacity);
    }
    positive("messages per turn", messagesPerTurn);
    positive("control slots per turn", controlPerTurn);
    positive("events per turn", eventsPerTurn);
    positive("timers per turn", timersPerTurn);
    positive("timer tick", timerTickNs);
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " is not positive: " + value);
    }
  }
}
