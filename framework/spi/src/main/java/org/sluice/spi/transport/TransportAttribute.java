package org.sluice.spi.transport;

import java.util.Objects;

/**
 * A typed property of a connection, in the manner of {@link java.net.SocketOption}. Two attributes are the same when
 * name and type are.
 *
 * @param <T> the type of its values
 */
public final class TransportAttribute<T> {
  /** The largest payload of one segment, bytes. */
  public static final TransportAttribute<Integer> MSS = new TransportAttribute<>("mss", Integer.class);
  /** The name of the congestion control in force. */
  public static final TransportAttribute<String> CONGESTION_CONTROL =
      new TransportAttribute<>("congestion-control", String.class);
  /** Whether checksums are left to the card. */
  public static final TransportAttribute<Boolean> CHECKSUM_OFFLOAD =
      new TransportAttribute<>("checksum-offload", Boolean.class);
  /** Whether cutting into segments is left to the card. */
  public static final TransportAttribute<Boolean> SEGMENT_OFFLOAD =
      new TransportAttribute<>("segment-offload", Boolean.class);
  /** Whether small segments are sent at once (Nagle off). */
  public static final TransportAttribute<Boolean> NO_DELAY = new TransportAttribute<>("no-delay", Boolean.class);
  /** Idle time before the first keep-alive probe, milliseconds; 0 for none. */
  public static final TransportAttribute<Integer> KEEP_ALIVE_MS =
      new TransportAttribute<>("keep-alive-ms", Integer.class);
  /** The application protocol's error code of a close, where the transport carries one. */
  public static final TransportAttribute<Long> APPLICATION_ERROR =
      new TransportAttribute<>("application-error", Long.class);

  private final String name;
  private final Class<T> type;

  /**
   * Defines an attribute; transports publish theirs as constants.
   *
   * @param name lower-case words joined by dashes
   * @param type the class of its values
   */
  public TransportAttribute(String name, Class<T> type) {
    this.name = name;
    this.type = type;
  }

  /**
   * The name on the console.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * The class of its values.
   *
   * @return the class
   */
  public Class<T> type() {
    return type;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TransportAttribute<?> that && name.equals(that.name) && type == that.type;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, type);
  }

  @Override
  public String toString() {
    return name;
  }
}
