package org.sluice.plugin.tcp;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The settings of reference.conf, for tests. */
final class Settings {
  private Settings() {}

  static Map<String, Object> defaults() {
    Map<String, Object> values = new HashMap<>();
    values.put("max-receive-window", 8 << 20);
    values.put("syn-window", 16 << 10);
    values.put("initial-window", 10);
    values.put("congestion", "cubic");
    values.put("pacing", true);
    values.put("ecn", "accept");
    values.put("nagle", true);
    values.put("delayed-ack", Duration.ofMillis(40));
    values.put("rto.initial", Duration.ofSeconds(1));
    values.put("rto.min", Duration.ofMillis(200));
    values.put("rto.max", Duration.ofSeconds(60));
    values.put("connect-timeout", Duration.ofSeconds(60));
    values.put("syn-ack-retries", 4);
    values.put("retransmit-limit", 8);
    values.put("persist-limit", 8);
    values.put("fin-wait-2", Duration.ofSeconds(30));
    values.put("time-wait", Duration.ofSeconds(10));
    values.put("keep-alive.idle", Duration.ZERO);
    values.put("keep-alive.interval", Duration.ofSeconds(75));
    values.put("keep-alive.probes", 9);
    values.put("limit.connections", 1 << 20);
    values.put("limit.syn-backlog", 4096);
    values.put("limit.segments-in-flight", 16384);
    values.put("limit.idle-senders", 1024);
    values.put("limit.time-wait", 1 << 16);
    values.put("limit.idle-paths", 1024);
    return values;
  }

  static Map<String, Object> with(String key, Object value) {
    Map<String, Object> values = defaults();
    values.put(key, value);
    return values;
  }
}
