package org.sluice.plugin.transfer;

import java.util.List;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.ConfigurationException;

/**
 * The plugin's configuration, as documented in {@code reference.conf}.
 *
 * @param listen URIs to receive on from the start
 * @param directory what they receive into
 * @param chunkBytes the most that one callback moves
 * @param fifoBytes of each direction of a session
 * @param idleTimeoutNs until a silent session is reset
 * @param maxFileBytes of a received file
 * @param maxEntries of one transfer
 * @param maxNameBytes of a received name
 * @param maxSessions received at a time
 * @param maxChunks that wait between a session and its file
 * @param corruptByteAt the byte the sender falsifies, -1 for none
 */
record TransferSettings(
    List<String> listen,
    String directory,
    int chunkBytes,
    int fifoBytes,
    long idleTimeoutNs,
    long maxFileBytes,
    int maxEntries,
    int maxNameBytes,
    int maxSessions,
    int maxChunks,
    long corruptByteAt) {
  private static final long MIN_CHUNK_BYTES = 1 << 10;
  private static final long MAX_CHUNK_BYTES = 4 << 20;
  private static final long MAX_FIFO_BYTES = 1 << 30;
  private static final long MOST_CHUNKS = 1 << 10;

  static TransferSettings of(Configuration section) {
    long chunk = within("chunk", section.bytes("chunk"), MIN_CHUNK_BYTES, MAX_CHUNK_BYTES);
    return new TransferSettings(
        List.copyOf(section.texts("listen")),
        section.text("directory"),
        (int) chunk,
        (int) within("fifo", section.bytes("fifo"), 4 * chunk, MAX_FIFO_BYTES),
        section.duration("idle-timeout").toNanos(),
        within("limit.file-bytes", section.bytes("limit.file-bytes"), 0, Long.MAX_VALUE),
        (int) within("limit.entries", section.number("limit.entries"), 1, Integer.MAX_VALUE),
        (int) within("limit.name-bytes", section.bytes("limit.name-bytes"), 1, MessageCodec.MAX_NAME_BYTES),
        (int) within("limit.sessions", section.number("limit.sessions"), 1, Integer.MAX_VALUE),
        (int) within("limit.waiting-chunks", section.number("limit.waiting-chunks"), 1, MOST_CHUNKS),
        within("fault.corrupt-byte-at", section.number("fault.corrupt-byte-at"), -1, Long.MAX_VALUE));
  }

  /** Options of an application with these FIFO sizes. */
  AttachOptions attachOptions(String name) {
    return AttachOptions.named(name).with().fifoBytes(fifoBytes, fifoBytes).build();
  }

  private static long within(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ConfigurationException(
          "plugins.transfer." + key + " = " + value + " is not in " + least + ".." + most + ": correct it");
    }
    return value;
  }
}
