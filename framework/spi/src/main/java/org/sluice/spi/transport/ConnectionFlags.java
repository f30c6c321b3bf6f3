package org.sluice.spi.transport;

/** The flag bits of a {@link TransportConnection}. */
public final class ConnectionFlags {
  /** The pacer limits this connection's sending. */
  public static final int PACED = 1;
  /** The connection is in no lookup table. */
  public static final int NO_LOOKUP = 1 << 1;
  /** The connection left the tx lists; {@code reschedule} brings it back. */
  public static final int DESCHEDULED = 1 << 2;
  /** Connectionless. */
  public static final int CONNECTIONLESS = 1 << 3;
  /** The connect failed; the connection is kept until the application has seen the error. */
  public static final int ERROR = 1 << 4;
  /** It stands for a connect that is not answered yet. */
  public static final int HALF_OPEN = 1 << 5;

  private ConnectionFlags() {}
}
