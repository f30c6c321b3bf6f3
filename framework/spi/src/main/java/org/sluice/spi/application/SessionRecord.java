package org.sluice.spi.application;

import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.DatagramAddress;
import org.sluice.spi.session.EndReason;
import org.sluice.spi.transport.Endpoint;

/**
 * What became of one session, for an event collector. One object serves many records: it is valid during the callback
 * and not kept; {@link #copy} makes one to keep. Reading allocates nothing unless stated.
 */
public final class SessionRecord {
  /** {@link #durationNs} of a session that had begun before anybody collected records. */
  public static final long UNKNOWN_DURATION = -1;

  private final DatagramAddress address = new DatagramAddress();
  private long session = Handle.INVALID;
  private String application = "";
  private String protocol = "";
  private EndReason reason = EndReason.UNKNOWN;
  private boolean accepted;
  private long endNs;
  private long durationNs = UNKNOWN_DURATION;
  private long receivedBytes;
  private long sentBytes;

  /** An empty record. */
  public SessionRecord() {}

  /**
   * Says whose session it was. For the session layer.
   *
   * @param handle the session's handle
   * @param applicationName its application
   * @param protocolName the transport that carried it
   * @param wasAccepted whether it came through a listener
   */
  public void begin(long handle, String applicationName, String protocolName, boolean wasAccepted) {
    session = handle;
    application = applicationName;
    protocol = protocolName;
    accepted = wasAccepted;
  }

  /**
   * Says how it ended. For the session layer.
   *
   * @param why what ended it
   * @param atNs when, by the clock of its worker
   * @param lastedNs how long it was open, or {@link #UNKNOWN_DURATION}
   * @param received see {@link #receivedBytes}
   * @param sent see {@link #sentBytes}
   */
  public void end(EndReason why, long atNs, long lastedNs, long received, long sent) {
    reason = why;
    endNs = atNs;
    durationNs = lastedNs;
    receivedBytes = received;
    sentBytes = sent;
  }

  /**
   * The same record as an object of its own. Allocates.
   *
   * @return a copy to keep
   */
  public SessionRecord copy() {
    SessionRecord copy = new SessionRecord();
    copy.begin(session, application, protocol, accepted);
    copy.end(reason, endNs, durationNs, receivedBytes, sentBytes);
    copy.address.local(address.localHigh(), address.localLow(), address.localPort());
    copy.address.remote(address.remoteHigh(), address.remoteLow(), address.remotePort());
    copy.address.scope(address.table(), address.interfaceIndex());
    return copy;
  }

  /**
   * The name the session had.
   *
   * @return its handle, which may be stale by now
   */
  public long session() {
    return session;
  }

  /**
   * Whose it was.
   *
   * @return the application's name
   */
  public String application() {
    return application;
  }

  /**
   * Who carried it.
   *
   * @return the transport's name
   */
  public String protocol() {
    return protocol;
  }

  /**
   * What ended it.
   *
   * @return what came first
   */
  public EndReason reason() {
    return reason;
  }

  /**
   * Whether it came through a listener.
   *
   * @return false for a connected one
   */
  public boolean isAccepted() {
    return accepted;
  }

  /**
   * When its transport let go of it.
   *
   * @return nanoseconds of the worker's clock, for differences
   */
  public long endNs() {
    return endNs;
  }

  /**
   * When it was opened, if that is known.
   *
   * @return nanoseconds of the worker's clock; the time of the end when {@link #durationNs} is unknown
   */
  public long startNs() {
    return durationNs < 0 ? endNs : endNs - durationNs;
  }

  /**
   * How long it was open.
   *
   * @return nanoseconds, or {@link #UNKNOWN_DURATION}
   */
  public long durationNs() {
    return durationNs;
  }

  /**
   * What arrived for its application in order, read or not. Where a session carries datagrams the header that each has
   * in the FIFO counts too.
   *
   * @return bytes
   */
  public long receivedBytes() {
    return receivedBytes;
  }

  /**
   * What its transport, or its peer on this host, has taken of what it wrote: with tx mode PEEK what was acknowledged.
   * Datagrams as for {@link #receivedBytes}.
   *
   * @return bytes
   */
  public long sentBytes() {
    return sentBytes;
  }

  /**
   * Both sides. The same object for all records.
   *
   * @return the addresses
   */
  public DatagramAddress address() {
    return address;
  }

  /**
   * The own side as a value. Allocates.
   *
   * @return the endpoint
   */
  public Endpoint localEndpoint() {
    return address.localEndpoint();
  }

  /**
   * The peer's side as a value. Allocates.
   *
   * @return the endpoint
   */
  public Endpoint remoteEndpoint() {
    return address.remoteEndpoint();
  }
}
