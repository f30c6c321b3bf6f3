package org.sluice.plugin.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A file that is read or written from front to back, and the SHA-256 of what went by. Has one user at a time. */
final class HashedFile implements Closeable {
  private final FileChannel channel;
  private final MessageDigest digest = Sha256.digest();
  private @Nullable ByteBuffer scratch;
  private long position;

  HashedFile(FileChannel channel) {
    this.channel = channel;
  }

  long position() {
    return position;
  }

  /** Fills the rest of the buffer. */
  void read(ByteBuffer target) throws IOException, TransferException {
    ByteBuffer hashed = target.duplicate();
    while (target.hasRemaining()) {
      int count = channel.read(target, position);
      if (count < 0) {
        throw new TransferException(FailReason.CHANGED, "the file ended at " + position + " bytes while it was read");
      }
      position += count;
    }
    digest.update(hashed);
  }

  /** Reads on and hashes; returns whether the end was reached. */
  boolean hashUpTo(long end, int mostBytes) throws IOException, TransferException {
    if (position == end) {
      return true;
    }
    if (scratch == null) {
      scratch = ByteBuffer.allocateDirect(mostBytes);
    }
    read(scratch.clear().limit((int) Math.min(scratch.capacity(), end - position)));
    return position == end;
  }

  /** Writes the rest of the buffer. */
  void write(ByteBuffer source) throws IOException {
    digest.update(source.duplicate());
    while (source.hasRemaining()) {
      position += channel.write(source, position);
    }
  }

  /** Forgets what went by; the next byte is the first. */
  void restart() {
    digest.reset();
    position = 0;
  }

  /** The same, for a file that is written: what was there is gone. */
  void restartEmpty() throws IOException {
    channel.truncate(0);
    restart();
  }

  /** The hash so far; the file can be read or written on. */
  Sha256 sha256() {
    try {
      return Sha256.get(ByteBuffer.wrap(((MessageDigest) digest.clone()).digest()));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(digest.getProvider() + " cannot copy a digest", e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
