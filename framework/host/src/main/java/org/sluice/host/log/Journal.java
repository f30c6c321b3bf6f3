package org.sluice.host.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether standard error leads to the journal of systemd. */
final class Journal {
  /** Set by systemd to {@code device:inode} of the stream; inherited by children whose streams may be others. */
  private static final String STREAM = "JOURNAL_STREAM";
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private Journal() {}

  static boolean isStandardError(Map<String, String> environment) {
    return environment.containsKey(STREAM) && is(environment.get(STREAM), STANDARD_ERROR);
  }

  /** Whether a file is the one with this {@code device:inode}. */
  static boolean is(String stream, Path file) {
    try {
      return stream.equals(Files.getAttribute(file, "unix:dev") + ":" + Files.getAttribute(file, "unix:ino"));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
