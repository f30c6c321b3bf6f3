package org.sluice.plugin.http.parse;

/** The forms of a request target for GET and HEAD: origin-form and absolute-form (RFC 9112 section 3.2). */
final class RequestTarget {
  private static final String SCHEME = "http://";

  private RequestTarget() {}

  /** Finds the path in the target; returns whether it has one of the forms. */
  static boolean split(RequestHead head) {
    byte[] text = head.text();
    int to = head.targetTo;
    int from = 0;
    if (text[0] != '/') {
      if (!Ascii.startsWithIgnoringCase(text, 0, to, SCHEME)) {
        return false;
      }
      int authority = SCHEME.length();
      from = authority;
      while (from < to && text[from] != '/' && text[from] != '?') {
        from++;
      }
      if (!isAuthority(text, authority, from)) {
        return false;
      }
    }
    head.pathFrom = from;
    head.pathTo = to;
    for (int i = to - 1; i >= from; i--) {
      if (text[i] == '#') {
        return false;
      }
      if (text[i] == '?') {
        head.pathTo = i;
      }
    }
    return true;
  }

  /** A host and perhaps a port; user information is for phishing (RFC 9110 section 4.2.4). */
  static boolean isAuthority(byte[] text, int from, int to) {
    int at = from;
    if (at < to && text[at] == '[') {
      at++;
      while (at < to && (Ascii.isHost(text[at]) || text[at] == ':')) {
        at++;
      }
      if (at == to || text[at++] != ']') {
        return false;
      }
    } else {
      while (at < to && Ascii.isHost(text[at])) {
        at++;
      }
    }
    if (at == from || at == to) {
      return at > from;
    }
    if (text[at++] != ':') {
      return false;
    }
    while (at < to && Ascii.isDigit(text[at])) {
      at++;
    }
    return at == to;
  }
}
