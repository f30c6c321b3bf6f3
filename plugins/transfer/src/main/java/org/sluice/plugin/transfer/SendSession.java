package org.sluice.plugin.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.transfer.Message.End;
import org.sluice.plugin.transfer.Message.Entry;
import org.sluice.plugin.transfer.Message.Fail;
import org.sluice.plugin.transfer.Message.Hello;
import org.sluice.plugin.transfer.Message.Kind;
import org.sluice.plugin.transfer.Message.Offer;
import org.sluice.plugin.transfer.Message.Start;
import org.sluice.plugin.transfer.Message.Verdict;
import org.sluice.plugin.transfer.Message.Welcome;
import org.sluice.plugin.transfer.SourceTree.Source;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.WriteView;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/** The sending end: an application with one session, which sends a {@link SourceTree} and is done. */
final class SendSession implements Application {
  private enum State {
    WELCOME,
    OFFER,
    HASHING,
    DATA,
    VERDICT,
    ENDED
  }

  /**
   * A file that the receiver has now.
   *
   * @param name as sent
   * @param sizeBytes its size
   * @param resumedAt where its data began
   * @param sha256 its hash, equal on both sides
   */
  record SentFile(String name, long sizeBytes, long resumedAt, Sha256 sha256) {}

  private final ConnectOptions target;
  private final SourceTree tree;
  private final TransferSettings settings;
  private final Clock clock;
  private final Progress progress;
  private final CompletableFuture<List<SentFile>> result = new CompletableFuture<>();
  private final List<SentFile> sent = new ArrayList<>();
  private final MessageReader reader = new MessageReader();
  private final Outbox outbox = new Outbox();
  private State state = State.WELCOME;
  private int nextSource;
  private @Nullable Source source;
  private @Nullable HashedFile file;
  private long sizeBytes;
  private long offeredBytes;
  private long startedAt;
  private Sha256 expected = Sha256.NONE;

  SendSession(ConnectOptions target, SourceTree tree, TransferSettings settings, Clock clock, Progress progress) {
    this.target = target;
    this.tree = tree;
    this.settings = settings;
    this.clock = clock;
    this.progress = progress;
  }

  /** Completes with the files sent, or with a {@link TransferException}. */
  CompletableFuture<List<SentFile>> result() {
    return result;
  }

  @Override
  public void onAttached(ApplicationContext context) {
    SessionError error = context.connect(target, 0);
    if (error != SessionError.NONE) {
      onConnectFailed(error, 0, Handle.INVALID);
    }
  }

  @Override
  public void onConnected(Session session, long opaque) {
    progress.expect(tree.sources().size());
    outbox.put(new Hello(MessageCodec.VERSION, tree.sources().size(), tree.totalBytes()));
    advance(session);
  }

  @Override
  public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
    end(FailReason.SESSION, "connect to " + progress.peer() + ": " + error.text() + " (" + error + ")");
  }

  @Override
  public void onReadable(Session session) {
    advance(session);
  }

  @Override
  public void onWritable(Session session) {
    advance(session);
  }

  @Override
  public void onDisconnected(Session session) {
    lost(session, "closed");
  }

  @Override
  public void onReset(Session session) {
    lost(session, "reset");
  }

  @Override
  public void onCleanup(Session session, CleanupPhase phase) {
    end(FailReason.SESSION, "the session to " + progress.peer() + " is gone");
  }

  @Override
  public void onDetached() {
    end(FailReason.CANCELLED, "cancelled");
  }

  /** Takes what the receiver still said, a FAIL above all. */
  private void lost(Session session, String how) {
    if (state != State.ENDED) {
      advance(session);
    }
    end(FailReason.SESSION, "the receiver " + how + " the session; send again to go on where it ended");
    session.close();
  }

  /** Does at most one chunk of work, and asks to be called again when there is more. */
  private void advance(Session session) {
    progress.active(clock.nanoTime());
    try {
      if (work(session)) {
        session.wantWritable(WritableWish.NOT_FULL, 0);
      }
    } catch (TransferException e) {
      fail(session, e.reason(), e.text());
    } catch (IOException e) {
      fail(session, FailReason.IO, "reading " + (source == null ? "" : source.path()) + ": " + e);
    }
  }

  /** Returns whether there is more to do without waiting for the peer. */
  private boolean work(Session session) throws IOException, TransferException {
    while (state != State.ENDED && outbox.flush(session)) {
      Message message = reader.next(session);
      if (message == null) {
        return switch (state) {
          case HASHING -> hash();
          case DATA -> sendChunk(session);
          default -> false;
        };
      }
      handle(session, message);
    }
    return false;
  }

  private void handle(Session session, Message message) throws IOException, TransferException {
    switch (message) {
      case Welcome m when state == State.WELCOME -> {
        if (m.version() != MessageCodec.VERSION) {
          throw new TransferException(FailReason.VERSION, "the receiver answered with version " + m.version());
        }
        next(session);
      }
      case Offer m when state == State.OFFER -> {
        if (m.offset() > sizeBytes) {
          throw TransferException.protocol("offer of " + m.offset() + " of " + sizeBytes + " bytes");
        }
        offeredBytes = m.offset();
        expected = m.prefix();
        state = State.HASHING;
      }
      case Verdict m when state == State.VERDICT -> verdict(session, m);
      case Fail m -> {
        end(m.reason(), "the receiver refused: " + m.text());
        session.close();
      }
      default -> throw TransferException.protocol(message.getClass().getSimpleName() + " is not due");
    }
  }

  private void next(Session session) throws IOException {
    if (nextSource == tree.sources().size()) {
      state = State.ENDED;
      result.complete(List.copyOf(sent));
      session.close();
      return;
    }
    Source current = tree.sources().get(nextSource++);
    source = current;
    long modifiedMs = Files.getLastModifiedTime(current.path(), LinkOption.NOFOLLOW_LINKS).toMillis();
    sizeBytes = 0;
    state = State.VERDICT;
    if (current.kind() == Kind.FILE) {
      FileChannel channel = FileChannel.open(current.path(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      file = new HashedFile(channel);
      sizeBytes = channel.size();
      state = State.OFFER;
    }
    progress.began(current.name(), sizeBytes);
    outbox.put(new Entry(current.kind(), current.name(), sizeBytes, modifiedMs));
  }

  /** Hashes what the receiver says it has, and begins after it if it is the same. */
  private boolean hash() throws IOException, TransferException {
    HashedFile hashed = file();
    boolean done = hashed.hashUpTo(offeredBytes, settings.chunkBytes());
    progress.at(hashed.position());
    if (done) {
      if (!hashed.sha256().equals(expected)) {
        hashed.restart();
      }
      startedAt = hashed.position();
      progress.at(startedAt);
      outbox.put(new Start(startedAt));
      state = State.DATA;
    }
    return true;
  }

  /** Reads one chunk straight into the tx FIFO, when it has room for a whole one. */
  private boolean sendChunk(Session session) throws IOException, TransferException {
    HashedFile sending = file();
    if (sending.position() == sizeBytes) {
      expected = sending.sha256();
      outbox.put(new End(expected));
      state = State.VERDICT;
      return true;
    }
    int wanted =
        MessageCodec.HEADER_BYTES + (int) Math.min(settings.chunkBytes(), sizeBytes - sending.position());
    int room = session.writable();
    if (room < 0) {
      throw new TransferException(FailReason.SESSION, "write: " + SessionError.of(room).text());
    }
    if (room < wanted) {
      session.wantWritable(WritableWish.THRESHOLD, wanted);
      return false;
    }
    WriteView claim = session.tx().claim(wanted);
    // No view, or one for the header alone: the segment is short of memory, so the next turn tries again.
    int length = claim == null ? 0 : claim.length() - MessageCodec.HEADER_BYTES;
    int written = 0;
    if (claim != null) {
      try {
        if (length > 0) {
          fill(claim.memory().asSlice(claim.offset(), claim.length()).asByteBuffer(), sending);
          written = claim.length();
        }
      } finally {
        claim.commit(written);
      }
    }
    if (written > 0) {
      session.written();
      progress.moved(length);
    }
    return true;
  }

  /** A DATA record. */
  private void fill(ByteBuffer record, HashedFile sending) throws IOException, TransferException {
    int length = record.remaining() - MessageCodec.HEADER_BYTES;
    long falsified = settings.corruptByteAt() - sending.position();
    record.putInt(MessageCodec.dataHeader(length));
    sending.read(record);
    if (falsified >= 0 && falsified < length) {
      int at = MessageCodec.HEADER_BYTES + (int) falsified;
      record.put(at, (byte) (record.get(at) ^ 1));
    }
  }

  private void verdict(Session session, Verdict verdict) throws IOException, TransferException {
    Source current = source;
    if (current != null && current.kind() == Kind.FILE) {
      file().close();
      file = null;
      if (!verdict.kept() || !verdict.received().equals(expected)) {
        // The receiver knows: there is nothing to tell it.
        end(
            FailReason.MISMATCH,
            current.name() + " arrived damaged: SHA-256 is " + expected + " here and " + verdict.received() + " there");
        session.close();
        return;
      }
      sent.add(new SentFile(current.name(), sizeBytes, startedAt, expected));
    }
    progress.finished();
    next(session);
  }

  private void fail(Session session, FailReason reason, String text) {
    boolean first = state != State.ENDED;
    end(reason, text);
    if (first && reason != FailReason.SESSION) {
      outbox.put(new Fail(reason, text));
      try {
        outbox.flush(session);
      } catch (TransferException e) {
        // The session is gone: there is nobody left to tell.
      }
    }
    session.close();
  }

  private void end(FailReason reason, String text) {
    state = State.ENDED;
    result.completeExceptionally(new TransferException(reason, text));
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

  private HashedFile file() {
    if (file == null) {
      throw new IllegalStateException("no file is open in state " + state);
    }
    return file;
  }
}
