package org.sluice.plugin.http.resource;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/** An open file. Has one user at a time. */
public final class Document implements Closeable {
  private final String name;
  private final SeekableByteChannel channel;
  private final long sizeBytes;
  private final long modifiedNs;

  Document(String name, SeekableByteChannel channel, BasicFileAttributes attributes) {
    this.name = name;
    this.channel = channel;
    sizeBytes = attributes.size();
    modifiedNs = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
  }

  /** The last part of its path. */
  public String name() {
    return name;
  }

  /** Its size when it was opened. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** When it was modified last, in nanoseconds since 1970. */
  public long modifiedNs() {
    return modifiedNs;
  }

  /** The next {@link #read} begins there. */
  public void seek(long offset) throws IOException {
    channel.position(offset);
  }

  /**
   * Fills the rest of the buffer.
   *
   * @throws EOFException when the file has become shorter
   */
  public void read(ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (channel.read(target) < 0) {
        throw new EOFException(name + " ended at " + channel.position() + " of " + sizeBytes + " bytes");
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
