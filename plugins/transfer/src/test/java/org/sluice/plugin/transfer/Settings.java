package org.sluice.plugin.transfer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The configuration of tests: everything small, so that a test reaches the limits. */
final class Settings {
  static final int CHUNK_BYTES = 4096;
  static final int MAX_FILE_BYTES = 1 << 20;
  static final int MAX_ENTRIES = 10;
  static final int MAX_SESSIONS = 2;
  static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);

  private Settings() {}

  static Map<String, Object> small(String uri, Path directory) {
    return Map.of(
        "listen", List.of(uri),
        "directory", directory.toString(),
        "chunk", CHUNK_BYTES,
        "fifo", 4 * CHUNK_BYTES,
        "idle-timeout", IDLE_TIMEOUT,
        "limit.file-bytes", MAX_FILE_BYTES,
        "limit.entries", MAX_ENTRIES,
        "limit.name-bytes", 200,
        "limit.sessions", MAX_SESSIONS,
        "fault.corrupt-byte-at", -1);
  }

  static TransferSettings of(FakeHost host) {
    return TransferSettings.of(host.configuration());
  }
}
