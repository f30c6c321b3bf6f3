package org.sluice.plugin.http.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.sluice.plugin.http.Status;
import org.sluice.plugin.http.parse.Method;
import org.sluice.plugin.http.parse.RequestHead;
import org.sluice.plugin.http.resource.Document;
import org.sluice.plugin.http.resource.DocumentRoot;
import org.sluice.plugin.http.resource.FileLane;
import org.sluice.plugin.http.resource.PathName;
import org.sluice.plugin.http.resource.Refusal;
import org.sluice.plugin.http.respond.Answer;

/**
 * What a session does with files: finds and opens one and reads its first chunk, or reads the next chunk; the file is
 * closed with its last byte. Whoever has the lane has this; so a small file costs one piece of background work.
 */
final class FileWork implements FileLane.Work {
  private final DocumentRoot root;
  private final Logger log;

  // What to do: the worker's.
  private @Nullable RequestHead request;
  private long nowS;
  private @Nullable ByteBuffer chunk;

  // What came of it: the background's.
  private @Nullable Document document;
  private Answer answer = Answer.of(Status.INTERNAL_ERROR);
  private long unreadBytes;
  private boolean failed;

  FileWork(DocumentRoot root, Logger log) {
    this.root = root;
    this.log = log;
  }

  // ---- The worker's side, while the lane is idle.

  /** The next piece opens the file that a request asks for; the head must stay as it is until that is done. */
  void prepareOpening(RequestHead head, long atS, ByteBuffer into) {
    request = head;
    nowS = atS;
    chunk = into;
  }

  /** The next piece reads on. */
  void prepareReading(ByteBuffer into) {
    request = null;
    chunk = into;
  }

  /** What to say about the request. */
  Answer answer() {
    return answer;
  }

  /** Whether the file could not be read as far as was said. */
  boolean hasFailed() {
    return failed;
  }

  /** What is left of the answer's content in the file. */
  long unreadBytes() {
    return unreadBytes;
  }

  /** The buffer with what was read, flipped, perhaps empty. */
  ByteBuffer takeChunk() {
    ByteBuffer filled = Objects.requireNonNull(chunk);
    chunk = null;
    return filled;
  }

  // ---- The background's side.

  @Override
  public void run() {
    ByteBuffer target = Objects.requireNonNull(chunk);
    RequestHead head = request;
    target.clear();
    failed = true;
    try {
      if (head != null) {
        open(head);
      }
      target.limit((int) Math.min(target.capacity(), unreadBytes));
      if (target.hasRemaining()) {
        Objects.requireNonNull(document).read(target);
        unreadBytes -= target.position();
      }
      failed = false;
    } catch (IOException e) {
      log.debug("reading a file of {}", root.path(), e);
    } finally {
      if (failed) {
        answer = Answer.of(Status.INTERNAL_ERROR);
        unreadBytes = 0;
        target.position(0);
      }
      target.flip();
      if (unreadBytes == 0) {
        close();
      }
    }
  }

  private void open(RequestHead head) throws IOException {
    unreadBytes = 0;
    try {
      PathName name = PathName.decode(head.text(), head.pathFrom(), head.pathTo());
      Document opened = root.open(name);
      document = opened;
      answer = Answer.of(head, opened, nowS);
      if (answer.hasContent() && head.method() == Method.GET) {
        unreadBytes = answer.lengthBytes();
        opened.seek(answer.first());
      }
    } catch (Refusal e) {
      answer = Answer.of(e.status());
    }
  }

  @Override
  public boolean isOpen() {
    return document != null;
  }

  @Override
  public void close() {
    Document closing = document;
    document = null;
    if (closing != null) {
      try {
        closing.close();
      } catch (IOException e) {
        log.debug("closing a file that was read", e);
      }
    }
  }
}
