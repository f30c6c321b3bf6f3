package org.sluice.spi.session;

/** What a session or listener is ready for: what selectors and blocking calls stand on. */
public final class Readiness {
  /** An accepted session waits at the listener. */
  public static final int ACCEPTABLE = 1;
  /** The connect was answered. */
  public static final int CONNECTED = 1 << 1;
  /** Data, or the end of data, can be read. */
  public static final int READABLE = 1 << 2;
  /** Something can be written. */
  public static final int WRITABLE = 1 << 3;
  /** The session is closed, reset or gone. */
  public static final int CLOSED = 1 << 4;

  private Readiness() {}
}
