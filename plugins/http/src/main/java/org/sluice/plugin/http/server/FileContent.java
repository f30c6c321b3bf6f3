package org.sluice.plugin.http.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.http.parse.RequestHead;
import org.sluice.plugin.http.resource.FileLane;
import org.sluice.plugin.http.respond.Answer;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/**
 * The content of an answer on its way from the file into the tx FIFO: one chunk is written while the lane reads the
 * next one. On the session's worker; what others may look at is volatile.
 */
final class FileContent {
  enum Outcome {
    /** More will come: the lane reads, or the peer has to. */
    GOING_ON,
    COMPLETE,
    /** The file could not be read as far as was said. */
    UNREADABLE,
    /** The peer is gone. */
    LOST
  }

  private final Server server;
  private final Site site;
  private final FileWork work;
  private final FileLane lane;
  private volatile String path = "";
  private volatile long sizeBytes;
  private final AtomicLong sentBytes = new AtomicLong();
  private Outcome outcome = Outcome.COMPLETE;
  private @Nullable ByteBuffer sending;
  private @Nullable ByteBuffer next;

  FileContent(Server server, Site site, FileWork work, FileLane lane) {
    this.server = server;
    this.site = site;
    this.work = work;
    this.lane = lane;
  }

  // ---- For others.

  /** The path of the last request that a file was looked for. */
  String path() {
    return path;
  }

  /** Bytes of the file that belong to the answer. */
  long sizeBytes() {
    return sizeBytes;
  }

  /** How many of them are in the tx FIFO, or have left it. */
  long sentBytes() {
    return sentBytes.get();
  }

  // ----

  /** The lane has opened a file and read its first chunk, if there is one. */
  void begin(RequestHead head, Answer answer) {
    path = new String(head.text(), head.pathFrom(), head.pathTo() - head.pathFrom(), StandardCharsets.US_ASCII);
    sending = work.takeChunk();
    sentBytes.set(0);
    sizeBytes = sending.remaining() + work.unreadBytes();
    assert sizeBytes == 0 || sizeBytes == answer.lengthBytes() : sizeBytes;
    outcome = Outcome.GOING_ON;
  }

  /** How far it is after the last {@link #advance}. */
  Outcome outcome() {
    return outcome;
  }

  /** Writes what there is and fits, and has the lane read on; returns how many bytes were written. */
  int advance(Session session) {
    SpareChunks spares = server.spares(Handle.worker(session.handle()));
    int written = 0;
    while (outcome == Outcome.GOING_ON) {
      collect(spares);
      readAhead(session, spares);
      ByteBuffer chunk = sending;
      if (chunk == null || outcome != Outcome.GOING_ON) {
        break;
      }
      int count = write(session, chunk);
      written += Math.max(0, count);
      if (chunk.hasRemaining()) {
        break;
      }
      spares.give(chunk);
      sending = next;
      next = null;
      if (sending == null && lane.isIdle() && work.unreadBytes() == 0) {
        outcome = Outcome.COMPLETE;
      }
    }
    return written;
  }

  private void collect(SpareChunks spares) {
    if (!lane.collect()) {
      return;
    }
    if (work.hasFailed()) {
      spares.give(work.takeChunk());
      outcome = Outcome.UNREADABLE;
    } else if (sending == null) {
      sending = work.takeChunk();
    } else {
      next = work.takeChunk();
    }
  }

  private void readAhead(Session session, SpareChunks spares) {
    if (next != null || outcome != Outcome.GOING_ON || !lane.isIdle() || work.unreadBytes() == 0) {
      return;
    }
    work.prepareReading(spares.take());
    if (!lane.start()) {
      // Others have more to read than the background takes: once more in the next turn, until the deadline.
      spares.give(work.takeChunk());
      server.counters().backgroundFull.increment(Handle.worker(session.handle()));
      session.wantWritable(WritableWish.NOT_FULL, 0);
    }
  }

  private int write(Session session, ByteBuffer chunk) {
    if (!chunk.hasRemaining()) {
      return 0;
    }
    int count = session.write(chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.remaining());
    if (count < 0 && count != SessionError.SEG_NO_SPACE.code()) {
      outcome = Outcome.LOST;
      return count;
    }
    int taken = Math.max(0, count);
    chunk.position(chunk.position() + taken);
    sentBytes.addAndGet(taken);
    site.bytes().add(taken);
    server.counters().bytes.add(Handle.worker(session.handle()), taken);
    if (chunk.hasRemaining()) {
      // Less would wake the worker for every few bytes that a slow peer reads.
      int room = Math.min(chunk.remaining(), server.settings().fifoBytes() / 2);
      session.wantWritable(count < 0 ? WritableWish.NOT_FULL : WritableWish.THRESHOLD, room);
    }
    return taken;
  }

  /** Gives the buffers back; one that the lane has is left to it. */
  void letGo(Session session) {
    SpareChunks spares = server.spares(Handle.worker(session.handle()));
    spares.give(sending);
    spares.give(next);
    sending = null;
    next = null;
  }
}
