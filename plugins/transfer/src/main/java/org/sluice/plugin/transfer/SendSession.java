package org.sluice.plugin.transfer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.transfer.FileLane.AtEnd;
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
import org.sluice.spi.host.HostServices;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;
import org.sluice.spi.transport.TransportAttribute;

/**
 * The sending end: an application with one session, which sends a {@link SourceTree} and is done. What touches a file
 * is a job of its {@link FileLane}, which reads ahead as far as there are buffers.
 */
final class SendSession implements Application {
  private enum State {
    WELCOME,
    /** The lane opens the next file. */
    OPENING,
    OFFER,
    /** The lane hashes what the receiver has. */
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

  private final HostServices services;
  private final ConnectOptions target;
  private final SourceTree tree;
  private final TransferSettings settings;
  private final Progress progress;
  private final SourceJobs jobs;
  private final FileLane lane;
  private final ChunkBuffers buffers;
  private final CompletableFuture<List<SentFile>> result = new CompletableFuture<>();
  private final List<SentFile> sent = new ArrayList<>();
  private final MessageReader reader = new MessageReader();
  private final Outbox outbox = new Outbox();
  private volatile @Nullable ApplicationContext context;
  private State state = State.WELCOME;
  private boolean peerClosed;
  private int nextSource;
  private @Nullable Source source;
  private long sizeBytes;
  private long startedAt;
  /** Bytes of the file that nobody has asked the lane for. */
  private long unreadBytes;
  /** DATA records as the lane has read them, the first perhaps written in part. */
  private final Deque<ByteBuffer> records = new ArrayDeque<>();
  /** The hash of the whole file, null until it is read to the end. */
  private @Nullable Sha256 expected;

  SendSession(HostServices services, ConnectOptions target, SourceTree tree, TransferSettings settings,
      Progress progress) {
    this.services = services;
    this.target = target;
    this.tree = tree;
    this.settings = settings;
    this.progress = progress;
    jobs = new SourceJobs(settings, progress);
    lane = new FileLane(services, progress, jobs::close);
    buffers = new ChunkBuffers(settings.maxChunks(), MessageCodec.HEADER_BYTES + settings.chunkBytes());
  }

  /** Completes with the files sent, or with a {@link TransferException}. */
  CompletableFuture<List<SentFile>> result() {
    return result;
  }

  @Override
  public void onAttached(ApplicationContext attached) {
    context = attached;
    SessionError error = attached.connect(target, 0);
    if (error != SessionError.NONE) {
      onConnectFailed(error, 0, Handle.INVALID);
    }
  }

  @Override
  public void onConnected(Session session, long opaque) {
    wakeByLane(session);
    // A small file is a few small records, which would wait for acknowledgements of each other; not every transport
    // does that.
    SessionError _ = session.attribute(TransportAttribute.NO_DELAY, true);
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
  public void onMigrated(Session session, long oldHandle) {
    wakeByLane(session);
  }

  @Override
  public void onCleanup(Session session, CleanupPhase phase) {
    end(FailReason.SESSION, "the session to " + progress.peer() + " is gone");
  }

  /** No callback follows. On worker 0, which does not own the session: its state stays as it is. */
  @Override
  public void onDetached() {
    result.completeExceptionally(new TransferException(FailReason.CANCELLED, "cancelled"));
    lane.close();
  }

  /** Has the session go on, on its worker, when the lane has done something. */
  private void wakeByLane(Session session) {
    long handle = session.handle();
    lane.wakes(services.workers().worker(Handle.worker(handle)).newControlSlot(() -> {
      ApplicationContext current = context;
      Session live = current == null ? null : current.session(handle);
      if (live != null) {
        advance(live);
      }
    }));
  }

  /** Takes what the receiver still said, a FAIL above all. */
  private void lost(Session session, String how) {
    peerClosed = true;
    advance(session);
    end(FailReason.SESSION, "the receiver " + how + " the session; send again to go on where it ended");
    session.close();
  }

  /** Does at most one chunk of work, and asks to be called again when there is more. */
  private void advance(Session session) {
    if (state == State.ENDED) {
      return;
    }
    progress.active(services.clock().nanoTime());
    try {
      lane.collect();
      if (work(session)) {
        session.wantWritable(WritableWish.NOT_FULL, 0);
      }
    } catch (TransferException e) {
      fail(session, e.reason(), e.text());
    } catch (RuntimeException | AssertionError e) {
      session.reset();
      throw e;
    }
  }

  /** Returns whether there is more to do without waiting for the peer or the lane. */
  private boolean work(Session session) throws TransferException {
    while (state != State.ENDED && outbox.flush(session)) {
      if (state == State.OPENING && !peerClosed) {
        // What a hasty receiver says already is about an entry that is not announced yet.
        return false;
      }
      Message message = reader.next(session);
      if (message != null) {
        handle(session, message);
      } else if (state == State.DATA && records.isEmpty() && expected != null) {
        outbox.put(new End(expected));
        state = State.VERDICT;
      } else {
        return state == State.DATA && sendRecord(session);
      }
    }
    return false;
  }

  private void handle(Session session, Message message) throws TransferException {
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
        state = State.HASHING;
        lane.submit(AtEnd.DROPPED, () -> jobs.compare(m), this::begin);
      }
      case Verdict m when state == State.VERDICT -> verdict(session, m);
      case Fail m -> {
        end(m.reason(), "the receiver refused: " + m.text());
        session.close();
      }
      default -> throw TransferException.protocol(message.getClass().getSimpleName() + " is not due");
    }
  }

  private void next(Session session) {
    if (nextSource == tree.sources().size()) {
      state = State.ENDED;
      lane.close();
      result.complete(List.copyOf(sent));
      session.close();
      return;
    }
    Source current = tree.sources().get(nextSource++);
    source = current;
    state = State.OPENING;
    lane.submit(AtEnd.DROPPED, () -> jobs.open(current), this::opened);
  }

  private void opened(Entry entry) {
    sizeBytes = entry.sizeBytes();
    progress.began(entry.name(), sizeBytes);
    outbox.put(entry);
    state = entry.isDirectory() ? State.VERDICT : State.OFFER;
  }

  /** Tells the receiver where the data begins, and begins to read. */
  private void begin(Start start) {
    startedAt = start.offset();
    unreadBytes = sizeBytes - startedAt;
    expected = null;
    progress.at(startedAt);
    outbox.put(start);
    state = State.DATA;
    if (unreadBytes == 0) {
      hashAll();
    }
    readAhead();
  }

  /** Has the lane read while there are buffers; behind the last byte, the hash of all. */
  private void readAhead() {
    while (unreadBytes > 0) {
      ByteBuffer buffer = buffers.take();
      if (buffer == null) {
        return;
      }
      int length = (int) Math.min(settings.chunkBytes(), unreadBytes);
      unreadBytes -= length;
      lane.submit(AtEnd.DROPPED, () -> jobs.read(buffer, length), records::add);
      if (unreadBytes == 0) {
        hashAll();
      }
    }
  }

  private void hashAll() {
    lane.submit(AtEnd.DROPPED, jobs::sha256, sha256 -> expected = sha256);
  }

  /** Writes one record when there is room for all of it; returns whether to go on in the next turn. */
  private boolean sendRecord(Session session) throws TransferException {
    ByteBuffer record = records.peek();
    if (record == null) {
      return false;
    }
    int room = session.writable();
    if (room < 0) {
      throw new TransferException(FailReason.SESSION, "write: " + SessionError.of(room).text());
    }
    if (room < record.remaining()) {
      session.wantWritable(WritableWish.THRESHOLD, record.remaining());
      return false;
    }
    Outbox.write(session, record);
    // It is not when the segment is short of memory just now.
    if (!record.hasRemaining()) {
      progress.moved(record.limit() - MessageCodec.HEADER_BYTES);
      records.remove();
      buffers.give(record);
      readAhead();
    }
    return true;
  }

  private void verdict(Session session, Verdict verdict) {
    Source current = source;
    if (current != null && current.kind() == Kind.FILE) {
      Sha256 whole = expected;
      if (whole == null || !verdict.kept() || !verdict.received().matches(whole)) {
        // The receiver knows: there is nothing to tell it.
        end(
            FailReason.MISMATCH,
            current.name() + " arrived damaged: SHA-256 is " + whole + " here and " + verdict.received() + " there");
        session.close();
        return;
      }
      sent.add(new SentFile(current.name(), sizeBytes, startedAt, whole));
    }
    progress.finished();
    next(session);
  }

  private void fail(Session session, FailReason reason, String text) {
    end(reason, text);
    if (reason != FailReason.SESSION) {
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
    lane.close();
  }
}
