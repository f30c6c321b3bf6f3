package org.sluice.plugin.http.parse;

/** Request methods; those after HEAD are known in order to be refused as what they are. */
public enum Method {
  /** The file. */
  GET,
  /** What GET would say, without the file. */
  HEAD,
  /** Not for files. */
  POST,
  /** Not for files. */
  PUT,
  /** Not for files. */
  DELETE,
  /** Not for files. */
  CONNECT,
  /** Not for files. */
  OPTIONS,
  /** Not for files. */
  TRACE,
  /** Not for files. */
  PATCH,
  /** None of these. */
  UNKNOWN;

  private static final Method[] ALL = values();

  /** Whether files answer to it. */
  public boolean isAllowed() {
    return this == GET || this == HEAD;
  }

  /** The method of that name; case counts. */
  static Method of(byte[] text, int from, int to) {
    for (Method method : ALL) {
      if (method != UNKNOWN && Ascii.equal(text, from, to, method.name())) {
        return method;
      }
    }
    return UNKNOWN;
  }
}
