package org.sluice.plugin.transfer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.sluice.plugin.transfer.Message.Kind;

/**
 * The files and directories to send, collected beforehand on the console thread. Links and special files below the path
 * are left out and counted; the path itself may be a link.
 *
 * @param sources what to send, directories before what is in them
 * @param totalBytes of all files
 * @param skipped entries left out
 */
record SourceTree(List<Source> sources, long totalBytes, int skipped) {

  /**
   * One of them.
   *
   * @param path where it is
   * @param kind what it is
   * @param name how the receiver shall call it
   * @param sizeBytes its size now
   */
  record Source(Path path, Kind kind, String name, long sizeBytes) {}

  SourceTree {
    sources = List.copyOf(sources);
  }

  static SourceTree scan(Path path, int maxEntries) throws IOException, TransferException {
    Path start = path.toRealPath();
    Path parent = start.getParent();
    if (parent == null) {
      throw new TransferException(FailReason.NAME, start + " has no name to send it under");
    }
    List<Source> sources = new ArrayList<>();
    int skipped = 0;
    try (Stream<Path> walk = Files.walk(start)) {
      for (Iterator<Path> found = walk.sorted().iterator(); found.hasNext(); ) {
        Path next = found.next();
        boolean directory = Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS);
        if (!directory && !Files.isRegularFile(next, LinkOption.NOFOLLOW_LINKS)) {
          skipped++;
          continue;
        }
        if (sources.size() == maxEntries) {
          throw new TransferException(
              FailReason.LIMIT, start + " has more than " + maxEntries + " entries (plugins.transfer.limit.entries)");
        }
        sources.add(source(next, parent, directory ? Kind.DIRECTORY : Kind.FILE));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause() == null ? new IOException(e) : e.getCause();
    }
    if (sources.isEmpty()) {
      throw new TransferException(FailReason.NAME, start + " is neither file nor directory");
    }
    return new SourceTree(sources, sources.stream().mapToLong(Source::sizeBytes).sum(), skipped);
  }

  private static Source source(Path path, Path parent, Kind kind) throws IOException, TransferException {
    List<String> parts = new ArrayList<>();
    parent.relativize(path).forEach(part -> parts.add(part.toString()));
    String name = String.join("/", parts);
    if (name.getBytes(StandardCharsets.UTF_8).length > MessageCodec.MAX_NAME_BYTES) {
      throw new TransferException(
          FailReason.NAME, path + " has a longer name than the protocol's " + MessageCodec.MAX_NAME_BYTES + " bytes");
    }
    return new Source(path, kind, name, kind == Kind.FILE ? Files.size(path) : 0);
  }
}
