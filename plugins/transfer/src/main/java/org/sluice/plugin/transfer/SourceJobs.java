package org.sluice.plugin.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.transfer.Message.Entry;
import org.sluice.plugin.transfer.Message.Kind;
import org.sluice.plugin.transfer.Message.Offer;
import org.sluice.plugin.transfer.Message.Start;
import org.sluice.plugin.transfer.SourceTree.Source;

/** What the sending end of a session does with files: the jobs of its {@link FileLane}, and called by them alone. */
final class SourceJobs {
  private final TransferSettings settings;
  private final Progress progress;
  private @Nullable Path path;
  private @Nullable HashedFile file;

  SourceJobs(TransferSettings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /** Opens a source in the place of the one before. */
  Entry open(Source source) throws TransferException {
    close();
    path = source.path();
    try {
      long modifiedMs = Files.getLastModifiedTime(source.path(), LinkOption.NOFOLLOW_LINKS).toMillis();
      long sizeBytes = 0;
      if (source.kind() == Kind.FILE) {
        FileChannel channel = FileChannel.open(source.path(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        file = new HashedFile(channel);
        sizeBytes = channel.size();
      }
      return new Entry(source.kind(), source.name(), sizeBytes, modifiedMs);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Hashes a part of what the receiver says it has; null when that was not all. Begins after it if it is the same. */
  @Nullable Start compare(Offer offer) throws TransferException {
    HashedFile hashed = file();
    try {
      boolean done = hashed.hashUpTo(offer.offset(), settings.chunkBytes());
      progress.at(hashed.position());
      if (!done) {
        return null;
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    if (!hashed.sha256().equals(offer.prefix())) {
      hashed.restart();
    }
    return new Start(hashed.position());
  }

  /** Makes a DATA record of the next bytes. */
  ByteBuffer read(ByteBuffer buffer, int lengthBytes) throws TransferException {
    HashedFile reading = file();
    long falsified = settings.corruptByteAt() - reading.position();
    buffer.putInt(MessageCodec.dataHeader(lengthBytes)).limit(MessageCodec.HEADER_BYTES + lengthBytes);
    try {
      reading.read(buffer);
    } catch (IOException e) {
      throw unreadable(e);
    }
    if (falsified >= 0 && falsified < lengthBytes) {
      int at = MessageCodec.HEADER_BYTES + (int) falsified;
      buffer.put(at, (byte) (buffer.get(at) ^ 1));
    }
    return buffer.flip();
  }

  Sha256 sha256() {
    return file().sha256();
  }

  void close() {
    HashedFile closing = file;
    file = null;
    if (closing != null) {
      try {
        closing.close();
      } catch (IOException e) {
        // It was only read.
      }
    }
  }

  private TransferException unreadable(IOException e) {
    return new TransferException(FailReason.IO, "reading " + path + ": " + e);
  }

  private HashedFile file() {
    if (file == null) {
      throw new IllegalStateException("no file is open");
    }
    return file;
  }
}
