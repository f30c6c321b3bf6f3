package org.sluice.host.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * What tells without reading a file that it is another one than before.
 *
 * @param size its bytes
 * @param changedMs when it was written last
 * @param key what the file system calls it; null where it has no such name
 */
record FileStamp(long size, long changedMs, @Nullable Object key) {

  /**
   * The stamp of a file as it is now.
   *
   * @throws IOException when there is none
   */
  static FileStamp of(Path file) throws IOException {
    BasicFileAttributes about = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileStamp(about.size(), about.lastModifiedTime().toMillis(), about.fileKey());
  }
}
