package org.sluice.core.stream;

/** The session behind a stream, as the stream asks things of it. Any context; nothing blocks. */
public interface StreamSession {
  /** Bytes were written and whoever takes them has not looked since he was told last. */
  int WRITTEN = 1;
  /** Bytes were read and whoever writes them waits for room. */
  int CONSUMED = 1 << 1;
  /** What is queued is to be sent now. */
  int FLUSH = 1 << 2;
  /** The application writes no more. */
  int SHUTDOWN = 1 << 3;
  /** The application closes. */
  int CLOSE = 1 << 4;
  /** The application aborts. */
  int RESET = 1 << 5;
  /** Shared memory holds impossible values. */
  int CORRUPT = 1 << 6;
  /** Both sides have left the FIFOs. */
  int LEFT = 1 << 7;

  /**
   * Brings a request to the session's worker. Requests of the same kind that are on their way are one.
   *
   * @param request a constant of this interface
   */
  void post(int request);

  /**
   * What the session is ready for.
   *
   * @return the bits of {@link org.sluice.spi.session.Readiness}
   */
  int readiness();
}
