package org.sluice.plugin.http.server;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.sluice.plugin.http.Status;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/** What happened to requests, by name. */
final class HttpCounters {
  final Counter connections;
  final Counter bytes;
  final Counter connectionLimit;
  final Counter headLimit;
  final Counter spareLimit;
  final Counter idle;
  final Counter lingering;
  final Counter interrupted;
  final Counter unreadable;
  final Counter backgroundFull;
  private final Map<Status, Counter> answers = new EnumMap<>(Status.class);

  HttpCounters(Counters counters) {
    connections = counters.counter("connections", "Sessions accepted.");
    bytes = counters.counter("bytes", "File bytes sent.");
    connectionLimit =
        counters.counter("limit.connections", "Sessions refused by plugins.http.limit.connections.");
    headLimit = counters.counter("limit.head-bytes", "Requests refused by plugins.http.limit.head-bytes.");
    spareLimit = counters.counter(
        "limit.spare-chunks", "Buffers that were not kept for the next file, by plugins.http.limit.spare-chunks.");
    idle = counters.counter("idle", "Sessions ended after plugins.http.idle-timeout.");
    lingering = counters.counter(
        "lingering", "Sessions reset because the peer did not go within plugins.http.head-timeout, or sent on.");
    interrupted = counters.counter("interrupted", "Sessions whose peer left before an answer was complete.");
    unreadable = counters.counter(
        "unreadable", "Sessions reset because their file became shorter, or unreadable, while it was sent.");
    backgroundFull =
        counters.counter("background-full", "Requests not served because too many tasks waited for the disk.");
    for (Status status : Status.values()) {
      answers.put(status,
          counters.counter("answers." + status.code(), "Answers of status " + status.code() + " " + status.reason()
              + "."));
    }
  }

  Counter answers(Status status) {
    return Objects.requireNonNull(answers.get(status));
  }
}
