package org.sluice.plugin.http.parse;

import org.jspecify.annotations.Nullable;
import org.sluice.plugin.http.Status;

/**
 * What must hold of a complete head. Whatever says how long the request is comes first: where that is in doubt, the
 * next bytes could be taken for another request by one of two servers (RFC 9112 section 11.2), so the connection ends.
 */
public final class RequestRules {
  private RequestRules() {}

  /**
   * Judges a head, and notes in it what follows from its fields.
   *
   * @return why it is refused, or null when a file is to answer it
   */
  public static @Nullable Status apply(RequestHead head) {
    Status framing = framing(head);
    head.persistent = isPersistent(head);
    if (framing != null) {
      return framing;
    }
    if (!isHostFine(head)) {
      return Status.BAD_REQUEST;
    }
    if (head.method == Method.UNKNOWN) {
      return Status.NOT_IMPLEMENTED;
    }
    if (!head.method.isAllowed()) {
      return Status.METHOD_NOT_ALLOWED;
    }
    if (!RequestTarget.split(head)) {
      return Status.BAD_REQUEST;
    }
    if (!isExpectationFine(head)) {
      return Status.EXPECTATION_FAILED;
    }
    if (!head.hasBody) {
      return null;
    }
    return head.find(Field.TRANSFER_ENCODING) == RequestHead.ABSENT ? Status.CONTENT_TOO_LARGE : Status.LENGTH_REQUIRED;
  }

  /** RFC 9112 sections 6.1 to 6.3, each "may be repaired" taken as "is refused". */
  private static @Nullable Status framing(RequestHead head) {
    int coding = head.find(Field.TRANSFER_ENCODING);
    int length = head.find(Field.CONTENT_LENGTH);
    if (coding != RequestHead.ABSENT) {
      head.hasBody = true;
      if (length != RequestHead.ABSENT || head.minorVersion == 0 || coding == RequestHead.SEVERAL) {
        return Status.BAD_REQUEST;
      }
      return transferCoding(head.text(), head.start(coding), head.end(coding));
    }
    if (length == RequestHead.ABSENT) {
      return null;
    }
    if (length == RequestHead.SEVERAL || head.start(length) == head.end(length)) {
      return Status.BAD_REQUEST;
    }
    for (int i = head.start(length); i < head.end(length); i++) {
      byte b = head.text()[i];
      if (!Ascii.isDigit(b)) {
        return Status.BAD_REQUEST;
      }
      head.hasBody |= b != '0';
    }
    return null;
  }

  /** Other codings are unknown here; without chunked at the end the length of the body is, too. */
  private static @Nullable Status transferCoding(byte[] text, int from, int to) {
    String chunked = "chunked";
    if (Ascii.equalIgnoringCase(text, from, to, chunked)) {
      return null;
    }
    int last = to;
    while (last > from && text[last - 1] != ',' && !Ascii.isBlank(text[last - 1])) {
      last--;
    }
    return Ascii.equalIgnoringCase(text, last, to, chunked) ? Status.NOT_IMPLEMENTED : Status.BAD_REQUEST;
  }

  private static boolean isPersistent(RequestHead head) {
    boolean close = false;
    boolean keepAlive = false;
    for (int line = 0; line < head.lines(); line++) {
      if (head.field(line) == Field.CONNECTION) {
        close |= hasToken(head.text(), head.start(line), head.end(line), "close");
        keepAlive |= hasToken(head.text(), head.start(line), head.end(line), "keep-alive");
      }
    }
    return !close && (keepAlive || head.minorVersion > 0);
  }

  private static boolean hasToken(byte[] text, int from, int to, String lowerCase) {
    int at = from;
    while (at < to) {
      int end = at;
      while (end < to && text[end] != ',' && !Ascii.isBlank(text[end])) {
        end++;
      }
      if (Ascii.equalIgnoringCase(text, at, end, lowerCase)) {
        return true;
      }
      at = end + 1;
    }
    return false;
  }

  private static boolean isHostFine(RequestHead head) {
    int line = head.find(Field.HOST);
    if (line < 0) {
      return line == RequestHead.ABSENT && head.minorVersion == 0;
    }
    int from = head.start(line);
    int to = head.end(line);
    return from == to || RequestTarget.isAuthority(head.text(), from, to);
  }

  /** HTTP/1.0 knows none (RFC 9110 section 10.1.1). */
  private static boolean isExpectationFine(RequestHead head) {
    int line = head.find(Field.EXPECT);
    return line == RequestHead.ABSENT || head.minorVersion == 0
        || line >= 0 && Ascii.equalIgnoringCase(head.text(), head.start(line), head.end(line), "100-continue");
  }
}
