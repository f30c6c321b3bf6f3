package org.sluice.plugin.http.server;

import java.util.List;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.ConfigurationException;

/**
 * The plugin's configuration, as documented in {@code reference.conf}.
 *
 * @param listen URIs to serve on from the start
 * @param root the directory that is served there
 * @param index the file that stands for a directory
 * @param chunkBytes the piece in which a file is read
 * @param fifoBytes of each direction of a session
 * @param idleTimeoutNs until a silent session is ended
 * @param headTimeoutNs from the first to the last byte of a request head, and for a peer to go after the last answer
 * @param maxHeadBytes of a request
 * @param maxConnections at a time
 * @param maxSpareChunks kept by each worker
 */
record HttpSettings(
    List<String> listen,
    String root,
    String index,
    int chunkBytes,
    int fifoBytes,
    long idleTimeoutNs,
    long headTimeoutNs,
    int maxHeadBytes,
    int maxConnections,
    int maxSpareChunks) {
  private static final long MIN_CHUNK_BYTES = 1 << 10;
  private static final long MAX_CHUNK_BYTES = 4 << 20;
  private static final long MAX_FIFO_BYTES = 1 << 30;
  private static final long MIN_HEAD_BYTES = 256;
  private static final long MAX_HEAD_BYTES = 1 << 20;

  static HttpSettings of(Configuration section) {
    long chunk = within("chunk", section.bytes("chunk"), MIN_CHUNK_BYTES, MAX_CHUNK_BYTES);
    return new HttpSettings(
        List.copyOf(section.texts("listen")),
        section.text("root"),
        section.text("index"),
        (int) chunk,
        (int) within("fifo", section.bytes("fifo"), MIN_CHUNK_BYTES * 4, MAX_FIFO_BYTES),
        section.duration("idle-timeout").toNanos(),
        section.duration("head-timeout").toNanos(),
        (int) within("limit.head-bytes", section.bytes("limit.head-bytes"), MIN_HEAD_BYTES, MAX_HEAD_BYTES),
        (int) within("limit.connections", section.number("limit.connections"), 1, Integer.MAX_VALUE),
        (int) within("limit.spare-chunks", section.number("limit.spare-chunks"), 0, Integer.MAX_VALUE));
  }

  /** How often deadlines are looked at. */
  long scanNs() {
    return Math.max(1, Math.min(idleTimeoutNs, headTimeoutNs) / 4);
  }

  AttachOptions attachOptions() {
    return AttachOptions.named("http").with().fifoBytes(fifoBytes, fifoBytes).build();
  }

  private static long within(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ConfigurationException(
          "plugins.http." + key + " = " + value + " is not in " + least + ".." + most + ": correct it");
    }
    return value;
  }
}
