package org.sluice.plugin.transfer;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.transfer.Message.End;
import org.sluice.plugin.transfer.Message.Entry;
import org.sluice.plugin.transfer.Message.Fail;
import org.sluice.plugin.transfer.Message.Hello;
import org.sluice.plugin.transfer.Message.Start;
import org.sluice.plugin.transfer.Message.Verdict;
import org.sluice.plugin.transfer.Message.Welcome;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.ReadView;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/** The receiving end of one session. Lives in the session's callbacks; its {@link Progress} is for others. */
final class ReceiveSession {
  /** What a peer may still send after we said FAIL before it is reset. */
  private static final int DISCARD_LIMIT_BYTES = 64 << 20;
  /** What a control record counts for in the work of one callback: it may open, rename or delete a file. */
  private static final int CONTROL_COST_BYTES = 16 << 10;

  private enum State {
    HELLO,
    ENTRY,
    HASHING,
    START,
    DATA,
    FAILED,
    ENDED
  }

  private final Receiver receiver;
  private final Progress progress;
  private final MessageReader reader = new MessageReader();
  private final Outbox outbox = new Outbox();
  private State state = State.HELLO;
  private boolean peerClosed;
  private int entriesLeft;
  private int discardedBytes;
  private @Nullable IntakeFile file;

  ReceiveSession(Receiver receiver, Progress progress) {
    this.receiver = receiver;
    this.progress = progress;
  }

  Progress progress() {
    return progress;
  }

  /** Does a bounded part of the work there is, and asks to be called again when there is more. */
  void advance(Session session, long nowNs) {
    progress.active(nowNs);
    boolean more = step(session);
    // Once the peer is gone no more than the FIFO's content can come; finding out what is there already is of no use.
    while (more && peerClosed && state != State.HASHING) {
      more = step(session);
    }
    if (peerClosed) {
      leave(session);
    } else if (more) {
      session.wantWritable(WritableWish.NOT_FULL, 0);
    }
  }

  /** The peer closed or was cut off: takes what is left, keeps the partial file, closes. */
  void peerClosed(Session session, long nowNs) {
    peerClosed = true;
    advance(session, nowNs);
  }

  /** The session is gone. */
  void end() {
    state = State.ENDED;
    closeFile();
  }

  private void leave(Session session) {
    if (state != State.FAILED && (state == State.HELLO || state != State.ENTRY || entriesLeft > 0)) {
      receiver.counters().interrupted.increment(Handle.worker(session.handle()));
    }
    end();
    session.close();
  }

  private boolean step(Session session) {
    try {
      return work(session);
    } catch (TransferException e) {
      return fail(session, e.reason(), e.text());
    } catch (IOException e) {
      return fail(session, FailReason.IO, String.valueOf(e));
    }
  }

  /** Returns whether there is more to do without waiting for the peer. */
  private boolean work(Session session) throws IOException, TransferException {
    int budgetBytes = receiver.settings().chunkBytes();
    while (outbox.flush(session)) {
      if (state == State.FAILED || state == State.ENDED) {
        return discard(session);
      }
      if (state == State.HASHING) {
        hash();
        return true;
      }
      if (budgetBytes <= 0) {
        return true;
      }
      if (reader.payloadBytes() > 0) {
        int taken = takePayload(session, Math.min(budgetBytes, reader.payloadBytes()));
        if (taken == 0) {
          return false;
        }
        budgetBytes -= taken;
      } else {
        Message message = reader.next(session);
        if (message == null) {
          return false;
        }
        handle(session, message);
        budgetBytes -= CONTROL_COST_BYTES;
      }
    }
    return false;
  }

  private void handle(Session session, Message message) throws IOException, TransferException {
    switch (message) {
      case Hello m when state == State.HELLO -> begin(m);
      case Entry m when state == State.ENTRY -> entry(m);
      case Start m when state == State.START -> {
        file().start(m.offset());
        progress.at(m.offset());
        state = State.DATA;
      }
      case Message.Data m when state == State.DATA -> {
        if (m.lengthBytes() > file().missingBytes()) {
          throw TransferException.protocol(
              m.lengthBytes() + " bytes of data, but " + file().missingBytes() + " are missing");
        }
      }
      case End m when state == State.DATA -> finish(session, m);
      case Fail m -> {
        receiver.counters().failed(m.reason()).increment(Handle.worker(session.handle()));
        leave(session);
      }
      default -> throw TransferException.protocol(message.getClass().getSimpleName() + " is not due");
    }
  }

  private void begin(Hello hello) throws TransferException {
    if (hello.version() != MessageCodec.VERSION) {
      throw new TransferException(
          FailReason.VERSION, "the receiver speaks version " + MessageCodec.VERSION + ", not " + hello.version());
    }
    if (hello.entries() > receiver.settings().maxEntries()) {
      throw limit("entries", receiver.settings().maxEntries(), hello.entries());
    }
    entriesLeft = hello.entries();
    progress.expect(entriesLeft);
    outbox.put(new Welcome(MessageCodec.VERSION));
    state = State.ENTRY;
  }

  private void entry(Entry entry) throws IOException, TransferException {
    if (entriesLeft == 0) {
      throw TransferException.protocol("more entries than announced");
    }
    if (entry.sizeBytes() > receiver.settings().maxFileBytes()) {
      throw limit("file-bytes", receiver.settings().maxFileBytes(), entry.sizeBytes());
    }
    entriesLeft--;
    progress.began(entry.name(), entry.sizeBytes());
    if (entry.isDirectory()) {
      receiver.intake().directory(entry.name());
      outbox.put(new Verdict(true, Sha256.NONE));
      progress.finished();
    } else {
      file = new IntakeFile(receiver.intake().file(entry.name()), entry);
      state = State.HASHING;
    }
  }

  private void hash() throws IOException, TransferException {
    if (file().hashOffered(receiver.settings().chunkBytes())) {
      outbox.put(file().offer());
      state = State.START;
    }
    progress.at(file().position());
  }

  /** Writes straight from the rx FIFO to the file. */
  private int takePayload(Session session, int maxBytes) throws IOException, TransferException {
    int readable = session.readable();
    if (readable < 0) {
      throw new TransferException(FailReason.SESSION, "read: " + SessionError.of(readable).text());
    }
    ReadView view = readable == 0 ? null : session.rx().view(maxBytes);
    if (view == null) {
      return 0;
    }
    int taken = view.length();
    try {
      file().write(view.memory().asSlice(view.offset(), taken).asByteBuffer());
    } finally {
      view.release(taken);
      session.consumed();
    }
    reader.payloadTaken(taken);
    progress.moved(taken);
    receiver.counters().bytes.add(Handle.worker(session.handle()), taken);
    return taken;
  }

  private void finish(Session session, End end) throws IOException, TransferException {
    if (file().missingBytes() > 0) {
      throw TransferException.protocol("end of file with " + file().missingBytes() + " bytes missing");
    }
    Verdict verdict = file().finish(end.file());
    file = null;
    int worker = Handle.worker(session.handle());
    if (verdict.kept()) {
      receiver.counters().files.increment(worker);
      receiver.files().increment();
    } else {
      receiver.counters().failed(FailReason.MISMATCH).increment(worker);
    }
    outbox.put(verdict);
    progress.finished();
    state = State.ENTRY;
  }

  /** Tells the peer why and half-closes; the session ends when the peer has closed. */
  private boolean fail(Session session, FailReason reason, String text) {
    receiver.counters().failed(reason).increment(Handle.worker(session.handle()));
    receiver.log().debug("transfer from {} failed: {}", progress.peer(), text);
    boolean again = state == State.FAILED || reason == FailReason.SESSION;
    state = State.FAILED;
    closeFile();
    if (again) {
      session.reset();
      return false;
    }
    outbox.put(new Fail(reason, text));
    return true;
  }

  /** Drops what comes after FAIL: closing with unread data would be a reset, which may overtake the FAIL. */
  private boolean discard(Session session) {
    session.shutdown();
    if (session.readable() > 0) {
      discardedBytes += Math.max(0, session.rx().dropAll());
      session.consumed();
    }
    if (discardedBytes > DISCARD_LIMIT_BYTES) {
      session.reset();
    }
    return false;
  }

  private void closeFile() {
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

  private IntakeFile file() throws TransferException {
    if (file == null) {
      throw TransferException.protocol("no file is open");
    }
    return file;
  }

  private static TransferException limit(String key, long limit, long value) {
    return new TransferException(
        FailReason.LIMIT,
        value + " is over the receiver's limit of " + limit + " (plugins.transfer.limit." + key + ")");
  }
}
