package org.sluice.testkit.contract;

import java.util.List;

/** The order of a session's callbacks that applications may rely on. */
public final class CallbackOrder {
  private CallbackOrder() {}

  /**
   * Checks one session's callbacks, named as {@link RecordingApplication.Log#events} names them.
   *
   * @param events in the order in which they came
   * @throws AssertionError naming what came out of order
   */
  public static void check(List<String> events) {
    int reached = -1;
    for (String event : events) {
      int rank = rank(event);
      boolean repeatable = rank == 1;
      boolean writable = event.equals("writable");
      if (rank < reached && !(writable && reached < 3) || rank == reached && !repeatable) {
        throw new AssertionError("'" + event + "' is out of order in " + events);
      }
      reached = Math.max(reached, rank);
    }
    if (!events.isEmpty() && rank(events.getFirst()) != 0) {
      throw new AssertionError("the first callback is neither accepted, connected nor listening: " + events);
    }
  }

  private static int rank(String event) {
    return switch (event) {
      case "accepted", "connected", "listening" -> 0;
      case "readable", "writable" -> 1;
      case "disconnected", "reset" -> 2;
      case "transport closed" -> 3;
      case "cleanup TRANSPORT" -> 4;
      case "cleanup SESSION" -> 5;
      default -> throw new AssertionError("unknown callback " + event);
    };
  }
}
