package org.sluice.plugin.http.parse;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.http.Status;

/**
 * Reads one request head after the other, a byte at a time, from wherever the bytes are. Allocates nothing once its
 * {@link RequestHead} is as long as the heads that come.
 *
 * <p>Lines end by CR LF and nothing else; a CR elsewhere, a bare LF, a control character, a blank before the colon or a
 * line that begins with a blank makes the head malformed (RFC 9112 sections 2.2, 5.1, 5.2). Empty lines before the
 * request line are skipped.
 */
public final class RequestParser {
  /** Longer than any method that is registered. */
  private static final int MAX_METHOD_BYTES = 32;
  /** {@code HTTP/1.1}. */
  private static final int VERSION_BYTES = 8;
  private static final int MAJOR_AT = 5;
  private static final int MINOR_AT = 7;

  private enum State {
    BEFORE,
    BEFORE_LF,
    METHOD,
    TARGET,
    VERSION,
    LINE_LF,
    LINE,
    NAME,
    BLANKS,
    VALUE,
    END_LF,
    COMPLETE,
    FAILED
  }

  private final int maxHeadBytes;
  private final RequestHead head = new RequestHead();
  private State state = State.BEFORE;
  private @Nullable Status fault;
  private int headBytes;
  /** Where in the text the version, name or value begins that is being read. */
  private int start;
  private int nameBytes;
  private @Nullable Field field;

  /**
   * A parser before its first request.
   *
   * @param maxHeadBytes of a head with all of its line ends; a longer one is a fault
   */
  public RequestParser(int maxHeadBytes) {
    this.maxHeadBytes = maxHeadBytes;
  }

  /**
   * Takes bytes up to the end of the head or the first wrong one.
   *
   * @return how many; all of them while the head goes on
   */
  public int feed(MemorySegment memory, long offset, int lengthBytes) {
    int taken = 0;
    while (taken < lengthBytes && isReading()) {
      take(memory.get(ValueLayout.JAVA_BYTE, offset + taken++));
    }
    return taken;
  }

  /** Whether more bytes are wanted: the head is neither complete nor faulty. */
  public boolean isReading() {
    return state != State.COMPLETE && state != State.FAILED;
  }

  /** Whether a part of a head has come; an empty line before it is none. */
  public boolean hasBegun() {
    return state != State.BEFORE && state != State.BEFORE_LF;
  }

  /** What is wrong, or null. */
  public @Nullable Status fault() {
    return fault;
  }

  /** The head that {@link #feed} filled. */
  public RequestHead head() {
    return head;
  }

  /** Begins with the next request. */
  public void reset() {
    head.clear();
    state = State.BEFORE;
    fault = null;
    headBytes = 0;
  }

  private void take(byte b) {
    if (++headBytes > maxHeadBytes) {
      fail(state == State.METHOD || state == State.TARGET ? Status.URI_TOO_LONG : Status.HEAD_TOO_LARGE);
      return;
    }
    switch (state) {
      case BEFORE -> before(b);
      case BEFORE_LF -> expectLf(b, State.BEFORE);
      case METHOD -> method(b);
      case TARGET -> target(b);
      case VERSION -> version(b);
      case LINE_LF -> expectLf(b, State.LINE);
      case LINE -> line(b);
      case NAME -> name(b);
      case BLANKS -> blanks(b);
      case VALUE -> value(b);
      case END_LF -> expectLf(b, State.COMPLETE);
      case COMPLETE, FAILED -> throw new IllegalStateException("no byte is wanted");
    }
  }

  // ---- The request line.

  private void before(byte b) {
    if (b == Ascii.CR) {
      state = State.BEFORE_LF;
    } else if (Ascii.isToken(b)) {
      head.append(b);
      state = State.METHOD;
    } else {
      fail(Status.BAD_REQUEST);
    }
  }

  private void method(byte b) {
    if (b == Ascii.SP) {
      head.method = Method.of(head.text(), 0, head.length);
      head.length = 0;
      state = State.TARGET;
    } else if (!Ascii.isToken(b)) {
      fail(Status.BAD_REQUEST);
    } else if (head.length == MAX_METHOD_BYTES) {
      fail(Status.NOT_IMPLEMENTED);
    } else {
      head.append(b);
    }
  }

  private void target(byte b) {
    if (b == Ascii.SP && head.length > 0) {
      head.targetTo = head.length;
      start = head.length;
      state = State.VERSION;
    } else if (Ascii.isVisible(b)) {
      head.append(b);
    } else {
      fail(Status.BAD_REQUEST);
    }
  }

  private void version(byte b) {
    if (b != Ascii.CR) {
      if (head.length - start == VERSION_BYTES) {
        fail(Status.BAD_REQUEST);
      } else {
        head.append(b);
      }
      return;
    }
    byte[] text = head.text();
    if (head.length - start != VERSION_BYTES
        || !Ascii.equal(text, start, start + MAJOR_AT, "HTTP/")
        || !Ascii.isDigit(text[start + MAJOR_AT])
        || text[start + MAJOR_AT + 1] != '.'
        || !Ascii.isDigit(text[start + MINOR_AT])) {
      fail(Status.BAD_REQUEST);
    } else if (text[start + MAJOR_AT] != '1') {
      fail(Status.VERSION_NOT_SUPPORTED);
    } else {
      head.minorVersion = text[start + MINOR_AT] - '0';
      head.length = start;
      state = State.LINE_LF;
    }
  }

  // ---- Field lines.

  private void line(byte b) {
    if (b == Ascii.CR) {
      state = State.END_LF;
    } else {
      start = head.length;
      nameBytes = 0;
      state = State.NAME;
      name(b);
    }
  }

  private void name(byte b) {
    if (b == ':' && nameBytes > 0) {
      field = nameBytes > Field.MAX_NAME_BYTES ? null : Field.of(head.text(), start, head.length);
      head.length = start;
      state = State.BLANKS;
    } else if (!Ascii.isToken(b)) {
      fail(Status.BAD_REQUEST);
    } else if (nameBytes++ < Field.MAX_NAME_BYTES) {
      head.append(b);
    }
  }

  private void blanks(byte b) {
    if (!Ascii.isBlank(b)) {
      state = State.VALUE;
      value(b);
    }
  }

  private void value(byte b) {
    if (b == Ascii.CR) {
      endOfLine();
    } else if (!Ascii.isText(b)) {
      fail(Status.BAD_REQUEST);
    } else if (field != null) {
      head.append(b);
    }
  }

  private void endOfLine() {
    byte[] text = head.text();
    while (head.length > start && Ascii.isBlank(text[head.length - 1])) {
      head.length--;
    }
    if (field != null) {
      head.addLine(field, start);
    }
    state = State.LINE_LF;
  }

  private void expectLf(byte b, State next) {
    if (b == Ascii.LF) {
      state = next;
    } else {
      fail(Status.BAD_REQUEST);
    }
  }

  private void fail(Status status) {
    fault = status;
    state = State.FAILED;
  }
}
