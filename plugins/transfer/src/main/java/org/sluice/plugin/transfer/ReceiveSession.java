package org.sluice.plugin.transfer;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.transfer.FileLane.AtEnd;
import org.sluice.plugin.transfer.Message.End;
import org.sluice.plugin.transfer.Message.Entry;
import org.sluice.plugin.transfer.Message.Fail;
import org.sluice.plugin.transfer.Message.Hello;
import org.sluice.plugin.transfer.Message.Start;
import org.sluice.plugin.transfer.Message.Verdict;
import org.sluice.plugin.transfer.Message.Welcome;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/**
 * The receiving end of one session. Lives in the session's callbacks; what touches a file is a job of its {@link
 * FileLane}. Its {@link Progress} is for others.
 */
final class ReceiveSession {
  /** What a peer may still send after we said FAIL before it is reset. */
  private static final int DISCARD_LIMIT_BYTES = 64 << 20;
  /** What a control record counts for in the work of one callback. */
  private static final int CONTROL_COST_BYTES = 16 << 10;

  private enum State {
    HELLO,
    ENTRY,
    /** The lane makes a directory, or opens a file and hashes what is there of it. */
    OPENING,
    START,
    DATA,
    /** The lane compares the hashes. */
    FINISHING,
    FAILED,
    ENDED
  }

  private final Receiver receiver;
  private final ApplicationContext context;
  private final Progress progress;
  private final FileLane lane;
  private final IntakeJobs jobs;
  private final ChunkBuffers buffers;
  private final MessageReader reader = new MessageReader();
  private final Outbox outbox = new Outbox();
  private State state = State.HELLO;
  private boolean peerClosed;
  private int entriesLeft;
  private long offeredBytes;
  private long missingBytes;
  private int discardedBytes;
  private @Nullable ByteBuffer filling;

  ReceiveSession(Listening<Receiver> listener, HostServices services, Progress progress) {
    receiver = listener.listener();
    context = listener.context();
    this.progress = progress;
    jobs = new IntakeJobs(receiver, progress);
    lane = new FileLane(services, progress, jobs::close);
    buffers = new ChunkBuffers(receiver.settings().maxChunks(), receiver.settings().chunkBytes());
  }

  /** Of the application that the session belongs to. */
  ApplicationContext context() {
    return context;
  }

  Progress progress() {
    return progress;
  }

  /** The slot whose delivery calls {@link #advance}. */
  void wakes(ControlSlot slot) {
    lane.wakes(slot);
  }

  /** Does a bounded part of the work there is, and asks to be called again when there is more. */
  void advance(Session session, long nowNs) {
    progress.active(nowNs);
    boolean more = step(session);
    // Once the peer is gone nobody asks to be called again; no more than the FIFO's content can come.
    while (more && peerClosed) {
      more = step(session);
    }
    if (!peerClosed) {
      if (more) {
        session.wantWritable(WritableWish.NOT_FULL, 0);
      }
    } else if (state == State.OPENING || lane.isIdle()) {
      // Finding out what is there already is of no use any more; data that came is written first.
      leave(session);
    }
  }

  /** The peer closed or was cut off: takes what is left, keeps the partial file, closes. */
  void peerClosed(Session session, long nowNs) {
    peerClosed = true;
    advance(session, nowNs);
  }

  /** The session is gone. */
  void end() {
    handOver();
    state = State.ENDED;
    lane.close();
  }

  /** The application is detached, so no callback follows. Worker 0, which does not own the session. */
  void abandon() {
    lane.close();
  }

  private void leave(Session session) {
    if (state == State.ENDED) {
      return;
    }
    if (state != State.FAILED && (state == State.HELLO || state != State.ENTRY || entriesLeft > 0)) {
      receiver.counters().interrupted.increment(Handle.worker(session.handle()));
    }
    end();
    session.close();
  }

  private boolean step(Session session) {
    try {
      lane.collect();
      boolean more = work(session);
      handOver();
      return more;
    } catch (TransferException e) {
      return fail(session, e.reason(), e.text());
    }
  }

  /** Returns whether there is more to do without waiting for the peer or the lane. */
  private boolean work(Session session) throws TransferException {
    int budgetBytes = receiver.settings().chunkBytes();
    while (outbox.flush(session)) {
      switch (state) {
        case FAILED, ENDED -> {
          return discard(session);
        }
        case OPENING, FINISHING -> {
          return false;
        }
        default -> {}
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

  private void handle(Session session, Message message) throws TransferException {
    switch (message) {
      case Hello m when state == State.HELLO -> begin(m);
      case Entry m when state == State.ENTRY -> entry(m);
      case Start m when state == State.START -> start(m);
      case Message.Data m when state == State.DATA -> {
        if (m.lengthBytes() > missingBytes) {
          throw TransferException.protocol(
              m.lengthBytes() + " bytes of data, but " + missingBytes + " are missing");
        }
      }
      case End m when state == State.DATA -> finish(m);
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

  private void entry(Entry entry) throws TransferException {
    if (entriesLeft == 0) {
      throw TransferException.protocol("more entries than announced");
    }
    if (entry.sizeBytes() > receiver.settings().maxFileBytes()) {
      throw limit("file-bytes", receiver.settings().maxFileBytes(), entry.sizeBytes());
    }
    entriesLeft--;
    progress.began(entry.name(), entry.sizeBytes());
    state = State.OPENING;
    if (entry.isDirectory()) {
      lane.submit(AtEnd.DROPPED, () -> jobs.makeDirectory(entry), this::finished);
    } else {
      lane.submit(AtEnd.DROPPED, () -> jobs.offer(entry), offer -> {
        offeredBytes = offer.offset();
        missingBytes = entry.sizeBytes() - offeredBytes;
        outbox.put(offer);
        state = State.START;
      });
    }
  }

  private void start(Start start) throws TransferException {
    if (start.offset() != offeredBytes) {
      if (start.offset() != 0) {
        throw TransferException.protocol("start at " + start.offset() + ", but " + offeredBytes
            + " bytes were offered");
      }
      missingBytes += offeredBytes;
      lane.submit(AtEnd.DROPPED, jobs::restart, _ -> {});
    }
    progress.at(start.offset());
    state = State.DATA;
  }

  private int takePayload(Session session, int maxBytes) throws TransferException {
    ByteBuffer buffer = filling == null ? buffers.take() : filling;
    filling = buffer;
    if (buffer == null) {
      receiver.counters().chunkLimit.increment(Handle.worker(session.handle()));
      return 0;
    }
    int at = buffer.arrayOffset() + buffer.position();
    int taken = session.read(buffer.array(), at, Math.min(maxBytes, buffer.remaining()));
    if (taken < 0) {
      throw new TransferException(FailReason.SESSION, "read: " + SessionError.of(taken).text());
    }
    buffer.position(buffer.position() + taken);
    reader.payloadTaken(taken);
    missingBytes -= taken;
    progress.moved(taken);
    receiver.counters().bytes.add(Handle.worker(session.handle()), taken);
    if (!buffer.hasRemaining()) {
      handOver();
    }
    return taken;
  }

  /** Nothing that was taken from the FIFO waits here for more: the peer may have nothing more. */
  private void handOver() {
    ByteBuffer full = filling;
    filling = null;
    if (full != null && full.position() > 0) {
      lane.submit(AtEnd.DONE, () -> jobs.write(full.flip()), buffers::give);
    } else if (full != null) {
      buffers.give(full);
    }
  }

  private void finish(End end) throws TransferException {
    if (missingBytes > 0) {
      throw TransferException.protocol("end of file with " + missingBytes + " bytes missing");
    }
    handOver();
    state = State.FINISHING;
    lane.submit(AtEnd.DONE, () -> jobs.verdict(end), this::finished);
  }

  private void finished(Verdict verdict) {
    outbox.put(verdict);
    progress.finished();
    state = State.ENTRY;
  }

  // ---- Ends.

  /** Tells the peer why and half-closes; the session ends when the peer has closed. */
  private boolean fail(Session session, FailReason reason, String text) {
    receiver.counters().failed(reason).increment(Handle.worker(session.handle()));
    receiver.log().debug("transfer from {} failed: {}", progress.peer(), text);
    boolean again = state == State.FAILED || reason == FailReason.SESSION;
    handOver();
    state = State.FAILED;
    lane.close();
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

  private static TransferException limit(String key, long limit, long value) {
    return new TransferException(
        FailReason.LIMIT,
        value + " is over the receiver's limit of " + limit + " (plugins.transfer.limit." + key + ")");
  }
}
