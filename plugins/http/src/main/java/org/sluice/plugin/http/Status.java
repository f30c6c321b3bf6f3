package org.sluice.plugin.http;

/** The status codes of this server (RFC 9110 section 15). */
public enum Status {
  /** The whole file. */
  OK(200, "OK"),
  /** A range of it. */
  PARTIAL_CONTENT(206, "Partial Content"),
  /** A directory was asked for without the slash that relative links need. */
  MOVED_PERMANENTLY(301, "Moved Permanently"),
  /** The client has it already. */
  NOT_MODIFIED(304, "Not Modified"),
  /** The message is malformed, so nothing that follows on the connection can be trusted. */
  BAD_REQUEST(400, "Bad Request", true),
  /** The file system refuses. */
  FORBIDDEN(403, "Forbidden"),
  /** There is no such file below the root. */
  NOT_FOUND(404, "Not Found"),
  /** A method that exists, but not for files here. */
  METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
  /** A request head was begun and not finished in time. */
  REQUEST_TIMEOUT(408, "Request Timeout", true),
  /** A body of unknown length; bodies are refused. */
  LENGTH_REQUIRED(411, "Length Required", true),
  /** What the client has is not what is here. */
  PRECONDITION_FAILED(412, "Precondition Failed"),
  /** A body of known length; bodies are refused. */
  CONTENT_TOO_LARGE(413, "Content Too Large", true),
  /** The head does not fit, and that is the target's fault. */
  URI_TOO_LONG(414, "URI Too Long", true),
  /** No byte of the range is in the file. */
  RANGE_NOT_SATISFIABLE(416, "Range Not Satisfiable"),
  /** An expectation other than 100-continue. */
  EXPECTATION_FAILED(417, "Expectation Failed"),
  /** The head does not fit. */
  HEAD_TOO_LARGE(431, "Request Header Fields Too Large", true),
  /** The file cannot be read, or the server is at fault. */
  INTERNAL_ERROR(500, "Internal Server Error"),
  /** A method or transfer coding that nobody here knows. */
  NOT_IMPLEMENTED(501, "Not Implemented", true),
  /** Too much waits for the disk. */
  UNAVAILABLE(503, "Service Unavailable"),
  /** Another major version of the protocol. */
  VERSION_NOT_SUPPORTED(505, "HTTP Version Not Supported", true);

  private final int code;
  private final String reason;
  private final boolean closes;

  Status(int code, String reason) {
    this(code, reason, false);
  }

  Status(int code, String reason, boolean closes) {
    this.code = code;
    this.reason = reason;
    this.closes = closes;
  }

  /** The number. */
  public int code() {
    return code;
  }

  /** The phrase that goes with it. */
  public String reason() {
    return reason;
  }

  /** Whether the connection ends with such an answer, because the end of the request is not known or not wanted. */
  public boolean closes() {
    return closes;
  }

  /** Whether the answer is a file, or says that the client has it. */
  public boolean isAboutFile() {
    return code < 400 && this != MOVED_PERMANENTLY;
  }
}
