package org.sluice.spi.network;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Worker;

/**
 * The IP layer, as a transport sees it. Local sessions need none.
 */
public interface Network {

  /**
   * Directs packets of an IP protocol number to a transport, in every table and of both families. Worker 0.
   *
   * @param ipProtocol the protocol number, 0 to 255
   * @param input called on each worker for its packets
   * @return a registration that ends by {@link Registration#close}
   * @throws IllegalStateException when another transport has that number; the message names it
   */
  Registration register(int ipProtocol, ProtocolInput input);

  /**
   * Finds the way to a destination: route, neighbour, source address, MTU and what the egress card can do. May be
   * called on any worker; does not block: an unresolved neighbour queues what is sent meanwhile, within bounds.
   *
   * @param request where to
   * @return the path, or null: {@link #lastError} on the same worker tells why
   */
  @Nullable Path path(PathRequest request);

  /**
   * Why {@link #path} last returned null on the calling worker.
   *
   * @return the negative code of NOROUTE, NOINTF or NOIP
   */
  int lastError();

  /**
   * Believes an ICMP error of the kind {@link IcmpError.Kind#PACKET_TOO_BIG}: the transport has found that the packet
   * it quotes is one of a connection of its own and in flight. The error itself proves nothing, since anybody can send
   * it. Paths to that destination become narrower, and {@link ProtocolInput#onPathMtu} tells the transports of all
   * workers, those of the calling one within this call. An MTU that is not smaller than the known one, or smaller than
   * any link has, changes nothing. Called on any worker, usually the connection's; does not block.
   *
   * @param error what {@link ProtocolInput#onIcmpError} was given
   * @throws IllegalArgumentException for another kind of error
   */
  default void learnPathMtu(IcmpError error) {}

  /**
   * The trace of a worker's packets, to add to what it tells an operator. The same for the life of the plugin; closed
   * most of the time.
   *
   * @param worker whose packets
   * @param text says what the steps mean that are added; forgotten with the plugin
   * @return the trace, for that worker alone
   */
  default PacketTrace trace(Worker worker, TraceText text) {
    return PacketTrace.NONE;
  }

  /** The handle of a registration. */
  interface Registration extends AutoCloseable {
    /** Ends it: no packet is given to the transport afterwards. Worker 0; idempotent. */
    @Override
    void close();
  }
}
