package org.sluice.plugin.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.transfer.Message.End;
import org.sluice.plugin.transfer.Message.Entry;
import org.sluice.plugin.transfer.Message.Offer;
import org.sluice.plugin.transfer.Message.Verdict;
import org.sluice.spi.runtime.Counter;

/** What the receiving end of a session does with files: the jobs of its {@link FileLane}, and called by them alone. */
final class IntakeJobs {
  private final Receiver receiver;
  private final Progress progress;
  private @Nullable IntakeFile file;

  IntakeJobs(Receiver receiver, Progress progress) {
    this.receiver = receiver;
    this.progress = progress;
  }

  Verdict makeDirectory(Entry entry) throws IOException, TransferException {
    receiver.intake().directory(entry.name());
    return new Verdict(true, Sha256.NONE);
  }

  /** Hashes a part of what is there of a file; null when that was not all. */
  @Nullable Offer offer(Entry entry) throws IOException, TransferException {
    IntakeFile opened = file;
    if (opened == null) {
      opened = new IntakeFile(receiver.intake().file(entry.name()), entry);
      file = opened;
    }
    boolean hashed = opened.hashOffered(receiver.settings().chunkBytes());
    progress.at(opened.position());
    return hashed ? opened.offer() : null;
  }

  /** Takes nothing of what is there. */
  Boolean restart() throws IOException, TransferException {
    file().restart();
    return true;
  }

  /** Appends; the buffer is free again afterwards. */
  ByteBuffer write(ByteBuffer data) throws IOException {
    file().write(data);
    return data;
  }

  /** Counts here, because the file counts also when the session does not live to hear of it. */
  Verdict verdict(End end) throws IOException {
    Verdict verdict = file().finish(end.file());
    file = null;
    if (verdict.kept()) {
      receiver.counters().files.increment(Counter.NO_WORKER);
      receiver.files().increment();
    } else {
      receiver.counters().failed(FailReason.MISMATCH).increment(Counter.NO_WORKER);
    }
    return verdict;
  }

  /** Lets go of the file; what has arrived stays for the next try. */
  void close() {
    IntakeFile closing = file;
    file = null;
    if (closing != null) {
      try {
        closing.close();
      } catch (IOException e) {
        receiver.log().debug("closing a partial file", e);
      }
    }
  }

  private IntakeFile file() {
    if (file == null) {
      throw new IllegalStateException("no file is open");
    }
    return file;
  }
}
