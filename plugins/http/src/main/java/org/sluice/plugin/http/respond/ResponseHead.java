package org.sluice.plugin.http.respond;

import java.util.Arrays;
import org.sluice.plugin.http.Status;
import org.sluice.plugin.http.parse.Method;
import org.sluice.plugin.http.parse.RequestHead;
import org.sluice.plugin.http.respond.Answer.FileInfo;

/**
 * The bytes of an answer but for those of a file: status line, header fields, and the few words of an error. Filled
 * anew for each answer; one per session, on its worker.
 */
public final class ResponseHead {
  private static final int FIRST_BYTES = 512;
  private static final int MAX_DIGITS = 20;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;
  private int taken;

  /** Nothing to send. */
  public ResponseHead() {}

  /**
   * Writes an answer.
   *
   * @param answer what to say
   * @param head the request, as far as it is known
   * @param nowS the time, in seconds since 1970
   * @param closes whether the connection ends after it
   */
  public void write(Answer answer, RequestHead head, long nowS, boolean closes) {
    length = 0;
    taken = 0;
    Status status = answer.status();
    text("HTTP/1.1 ").number(status.code()).text(" ").text(status.reason()).text("\r\nDate: ").date(nowS);
    if (closes) {
      text("\r\nConnection: close");
    } else if (head.minorVersion() == 0) {
      text("\r\nConnection: keep-alive");
    }
    FileInfo file = answer.file();
    if (file != null) {
      file(status, answer, file);
    }
    if (status == Status.METHOD_NOT_ALLOWED) {
      text("\r\nAllow: GET, HEAD");
    } else if (status == Status.MOVED_PERMANENTLY) {
      location(head);
    }
    if (status.isAboutFile()) {
      text("\r\n\r\n");
    } else {
      words(status, head.method() == Method.HEAD);
    }
  }

  private void file(Status status, Answer answer, FileInfo file) {
    if (status == Status.RANGE_NOT_SATISFIABLE) {
      text("\r\nContent-Range: bytes */").number(file.sizeBytes());
      return;
    }
    if (!status.isAboutFile()) {
      return;
    }
    text("\r\nETag: ").text(file.entityTag()).text("\r\nLast-Modified: ").date(file.modifiedS());
    if (!answer.hasContent()) {
      return;
    }
    text("\r\nAccept-Ranges: bytes\r\nContent-Type: ").text(file.contentType());
    text("\r\nContent-Length: ").number(answer.lengthBytes());
    if (status == Status.PARTIAL_CONTENT) {
      text("\r\nContent-Range: bytes ").number(answer.first()).text("-");
      number(answer.first() + answer.lengthBytes() - 1).text("/").number(file.sizeBytes());
    }
  }

  /** The path with a slash, percent-encoded as it came, and the query. It begins with one slash: a name follows it. */
  private void location(RequestHead head) {
    text("\r\nLocation: ").copy(head.text(), head.pathFrom(), head.pathTo()).text("/");
    copy(head.text(), head.pathTo(), head.targetTo());
  }

  /** A person looks at it, perhaps. */
  private void words(Status status, boolean headOnly) {
    text("\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ").number(4L + status.reason().length() + 1);
    text("\r\n\r\n");
    if (!headOnly) {
      number(status.code()).text(" ").text(status.reason()).text("\n");
    }
  }

  // ---- On their way.

  /** The bytes. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where in {@link #bytes} those begin that are not sent. */
  public int position() {
    return taken;
  }

  /** How many are not sent. */
  public int remaining() {
    return length - taken;
  }

  /** So many were sent. */
  public void taken(int count) {
    taken += count;
  }

  // ---- Pieces.

  private ResponseHead text(String text) {
    ensure(text.length());
    for (int i = 0; i < text.length(); i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
    return this;
  }

  private ResponseHead copy(byte[] source, int from, int to) {
    ensure(to - from);
    System.arraycopy(source, from, bytes, length, to - from);
    length += to - from;
    return this;
  }

  /** Not negative. */
  private ResponseHead number(long number) {
    ensure(MAX_DIGITS);
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    length += digits;
    long rest = number;
    for (int i = 1; i <= digits; i++) {
      bytes[length - i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return this;
  }

  private ResponseHead date(long epochS) {
    ensure(HttpDate.BYTES);
    HttpDate.format(epochS, bytes, length);
    length += HttpDate.BYTES;
    return this;
  }

  private void ensure(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
