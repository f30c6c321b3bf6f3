package org.sluice.plugin.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;

/**
 * A file that comes in: what is there of it already, then its data, then its hash. Data goes to the partial file, which
 * only a right hash turns into the file; until then a file that was there before stays as it is. Data is not forced to
 * the disk: the verdict says that it arrived, not that it survives a power cut. Used by the jobs of one {@link
 * FileLane}.
 */
final class IntakeFile implements Closeable {
  /** The end of the year 9999: no file system needs more, and some refuse it. */
  private static final long LATEST_MS = 253_402_300_799_999L;

  private final Path target;
  private final Path part;
  private final Message.Entry entry;
  private HashedFile file;
  /** Whether {@link #file} is the complete file of an earlier transfer. */
  private boolean complete;
  private long offered;
  private boolean finished;

  /**
   * Opens what is there.
   *
   * @throws TransferException when another session has the partial file
   */
  IntakeFile(Path target, Message.Entry entry) throws IOException, TransferException {
    this.target = target;
    this.entry = entry;
    part = target.resolveSibling(target.getFileName() + Intake.PART_SUFFIX);
    complete = Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
        && Files.size(target) == entry.sizeBytes()
        && !Files.exists(part, LinkOption.NOFOLLOW_LINKS);
    if (complete) {
      file = new HashedFile(
          FileChannel.open(target, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
      offered = entry.sizeBytes();
    } else {
      FileChannel channel = openPart();
      file = new HashedFile(channel);
      offered = channel.size();
      if (offered > entry.sizeBytes()) {
        channel.truncate(0);
        offered = 0;
      }
    }
  }

  /** Hashes on in what is there; true when all of it is hashed and the {@link #offer} can be made. */
  boolean hashOffered(int mostBytes) throws IOException, TransferException {
    return file.hashUpTo(offered, mostBytes);
  }

  Message.Offer offer() {
    return new Message.Offer(offered, file.sha256());
  }

  /** Begins at the front: the sender's file is another one. */
  void restart() throws IOException, TransferException {
    if (complete) {
      file.close();
      complete = false;
      file = new HashedFile(openPart());
    }
    file.restartEmpty();
  }

  long position() {
    return file.position();
  }

  /** Appends. */
  void write(ByteBuffer data) throws IOException {
    file.write(data);
  }

  /** Compares hashes: keeps the file under its name when they are equal, else throws the partial file away. */
  Message.Verdict finish(Sha256 expected) throws IOException {
    Sha256 received = file.sha256();
    boolean same = received.equals(expected);
    finished = true;
    if (!complete && same) {
      Files.setLastModifiedTime(part, FileTime.fromMillis(Math.clamp(entry.modifiedMs(), 0, LATEST_MS)));
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } else if (!complete) {
      Files.delete(part);
    }
    file.close();
    return new Message.Verdict(same, received);
  }

  /** Lets go of it; what has arrived stays for the next try. */
  @Override
  public void close() throws IOException {
    boolean worthless = !complete && !finished && file.position() == 0;
    file.close();
    if (worthless && Files.exists(part, LinkOption.NOFOLLOW_LINKS) && Files.size(part) == 0) {
      Files.delete(part);
    }
  }

  private FileChannel openPart() throws IOException, TransferException {
    if (Files.exists(part, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS)) {
      throw new TransferException(FailReason.NAME, part + " is no file");
    }
    FileChannel channel = FileChannel.open(
        part,
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        LinkOption.NOFOLLOW_LINKS);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Another session of this process has it: as if another process had.
    }
    channel.close();
    throw new TransferException(FailReason.BUSY, "another session is writing " + entry.name());
  }
}
