package org.sluice.plugin.transfer;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/** What happened to received transfers, by name. */
final class TransferCounters {
  final Counter sessions;
  final Counter files;
  final Counter bytes;
  final Counter interrupted;
  final Counter sessionLimit;
  final Counter chunkLimit;
  final Counter idle;
  private final Map<FailReason, Counter> failed = new EnumMap<>(FailReason.class);

  TransferCounters(Counters counters) {
    sessions = counters.counter("sessions", "Sessions accepted by receivers.");
    files = counters.counter("files", "Files received with the right hash.");
    bytes = counters.counter("bytes", "File bytes received.");
    interrupted = counters.counter("interrupted", "Sessions that ended before the sender was done.");
    sessionLimit = counters.counter("limit.sessions", "Sessions refused by plugins.transfer.limit.sessions.");
    chunkLimit = counters.counter(
        "limit.waiting-chunks", "Times that a receiver waited for its disk, by plugins.transfer.limit.waiting-chunks.");
    idle = counters.counter("idle", "Sessions reset after plugins.transfer.idle-timeout.");
    for (FailReason reason : FailReason.values()) {
      String name = reason.name().toLowerCase(Locale.ROOT);
      failed.put(reason, counters.counter("failed." + name, "Received transfers that failed: " + name + "."));
    }
  }

  Counter failed(FailReason reason) {
    return Objects.requireNonNull(failed.get(reason));
  }
}
