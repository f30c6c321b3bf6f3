package org.sluice.testkit.transport;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.CustomTx;
import org.sluice.spi.transport.SendParams;
import org.sluice.spi.transport.TransportConnection;

/**
 * A connection, half-open or listener of a {@link ScriptedTransport}, with what its transport says when it is asked.
 * Small, so that a test may have a hundred thousand: the sink is made when the first packet or the test asks for it.
 */
public final class ScriptedConnection extends TransportConnection {
  private static final int SEGMENT_BYTES = 1000;
  private static final int FRAMES = 256;

  /** The session handle that {@code connect} or {@code startListen} was given, or what the layer answered. */
  public long session = Handle.INVALID;
  /** Payload that may be sent; reduced by what is. */
  public int spaceBytes = Integer.MAX_VALUE;
  /** Payload of one segment. */
  public int segmentBytes = SEGMENT_BYTES;
  /** Payload of one packet, 0 for one segment. */
  public int burstBytes;
  /** What happens without space. */
  public SendParams.Scheduling scheduling = SendParams.Scheduling.DESCHEDULE;
  /** For PEEK: what was sent and not acknowledged. */
  public int inFlightBytes;
  /** Of which connection this is a stream; null for none. */
  public @Nullable ScriptedConnection parent;
  /** What {@code customTx} does; null for nothing. */
  public @Nullable CustomSender custom;

  final boolean halfOpen;
  /** Whether the local endpoint is to be released with this object. */
  boolean ownsEndpoint;
  private @Nullable FakePacketSink sink;

  ScriptedConnection(long handle, int protocolId, boolean halfOpen) {
    this.halfOpen = halfOpen;
    reuse(handle, protocolId);
  }

  /** What a connection does in its own turn. */
  @FunctionalInterface
  public interface CustomSender {
    /**
     * Sends.
     *
     * @param connection whose turn it is
     * @param tx the budget
     * @return packets sent
     */
    int send(ScriptedConnection connection, CustomTx tx);
  }

  /**
   * Whether its local endpoint is taken from the stack's book, to be released with it.
   *
   * @return true where the transport takes local endpoints, until another connection took this one over
   */
  public boolean ownsEndpoint() {
    return ownsEndpoint;
  }

  /**
   * Where its packets go.
   *
   * @return a sink of its own, unless it was given another
   */
  public FakePacketSink sink() {
    FakePacketSink own = sink;
    if (own == null) {
      own = new FakePacketSink(FRAMES, SEGMENT_BYTES, SEGMENT_BYTES);
      sink = own;
    }
    return own;
  }

  /**
   * Sends its packets elsewhere; several connections may share a sink.
   *
   * @param newSink where to
   */
  public void sink(FakePacketSink newSink) {
    sink = newSink;
  }
}
