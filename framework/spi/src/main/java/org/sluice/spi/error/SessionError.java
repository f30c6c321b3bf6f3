package org.sluice.spi.error;

/**
 * What can go wrong with a session. Results carry the negative {@link #code()}, so that a count or handle (not
 * negative) and an error share one number without allocation; counters of each code are kept per worker.
 */
public enum SessionError {
  /** No error; the code is 0. */
  NONE("no error"),
  /** Something failed that has no code of its own; the log says what. */
  UNKNOWN("generic/unknown error"),
  /** The peer, or its application, refused. */
  REFUSED("refused"),
  /** The peer did not answer in time. */
  TIMEDOUT("timed out"),
  /** A pool reached its limit. */
  ALLOC("object allocation error"),
  /** The session or listener belongs to another application. */
  OWNER("object not owned by application"),
  /** There is no route to the remote address. */
  NOROUTE("no route"),
  /** No interface leads to the remote address. */
  NOINTF("no resolving interface"),
  /** The interface that leads there has no address of that family. */
  NOIP("no ip for interface"),
  /** All local ports towards that endpoint are taken. */
  NOPORT("no local port"),
  /** The transport, or the loaded set of plugins, cannot do that. */
  NOSUPPORT("not supported"),
  /** There is no such listener. */
  NOLISTEN("not listening"),
  /** The handle is stale: the session is gone. */
  NOSESSION("session does not exist"),
  /** The application is not attached. */
  NOAPP("app not attached"),
  /** An application of that name is attached. */
  APP_ATTACHED("app already attached"),
  /** The local port is in use towards that endpoint. */
  PORTINUSE("lcl port in use"),
  /** The address or prefix is in use. */
  IPINUSE("ip in use"),
  /** Somebody listens on that endpoint. */
  ALREADY_LISTENING("ip port pair already listened on"),
  /** The address is not one of this host. */
  ADDR_NOT_IN_USE("address not in use"),
  /** An argument is out of its range. */
  INVALID("invalid value"),
  /** The remote address is unspecified. */
  INVALID_RMT_IP("invalid remote ip"),
  /** The application worker is gone. */
  INVALID_APPWRK("invalid app worker"),
  /** There is no such namespace, or the address is not in it. */
  INVALID_NS("invalid namespace"),
  /** No segment has room and the application may not add one. */
  SEG_NO_SPACE("no segment space"),
  /** A segment was added and still there is no room. */
  SEG_NO_SPACE2("no segment space after grow"),
  /** A segment could not be made. */
  SEG_CREATE("segment creation failed"),
  /** A rule refuses the flow. */
  FILTERED("session filtered"),
  /** The application lacks the scope that would be needed. */
  SCOPE("scope not supported"),
  /** The application does not take its events: no new session for it. */
  MQ_FULL("event queue full"),
  /** Nothing local answers; internal: the connect goes to the network. */
  LOCAL_CONNECT("could not connect locally"),
  /** The namespace has another secret. */
  WRONG_NS_SECRET("wrong ns secret"),
  /** No transport of that name is registered. */
  TRANSPORT_NO_REG("transport was not registered"),
  /** The parent session has as many streams as it may. */
  MAX_STREAMS_HIT("max streams hit"),
  /** The peer wrote values that cannot be; its session is reset. */
  CORRUPT("shared memory corrupt"),
  /** The rx FIFO is empty. */
  EMPTY("nothing to read"),
  /** The application has closed or half-closed the session. */
  CLOSED("closed for writing"),
  /** The peer has closed and all it wrote was read. */
  END_OF_STREAM("end of stream"),
  /** The peer or the transport aborted the session. */
  RESET("reset by peer"),
  /** The operation does not fit the session's state. */
  CONFLICT("state conflict"),
  /** A configured limit is reached; its counter names it. */
  LIMIT("limit reached"),
  /** The application cancelled it or detached. */
  CANCELLED("cancelled"),
  /** The operator has turned the session layer off. */
  DISABLED("session layer disabled");

  private static final SessionError[] VALUES = values();

  private final String text;

  SessionError(String text) {
    this.text = text;
  }

  /**
   * The number used in results: 0 for {@link #NONE}, otherwise negative.
   *
   * @return the code
   */
  @SuppressWarnings("EnumOrdinal") // The code is the place in this list; it lives no longer than the process.
  public int code() {
    return -ordinal();
  }

  /**
   * The words shown to people.
   *
   * @return lower-case text without a full stop
   */
  public String text() {
    return text;
  }

  /**
   * The error of a result. Allocates nothing.
   *
   * @param result a count, handle or negative code
   * @return {@link #NONE} for what is not negative; {@link #UNKNOWN} for a code that is none
   */
  public static SessionError of(long result) {
    if (result >= 0) {
      return NONE;
    }
    return result > -VALUES.length ? VALUES[(int) -result] : UNKNOWN;
  }
}
