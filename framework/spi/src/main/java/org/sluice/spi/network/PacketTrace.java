package org.sluice.spi.network;

import org.sluice.spi.nic.PacketBatch;

/**
 * What happens to the packets of one worker, step by step, while an operator wants to know ({@code trace add}). Which
 * packets are traced is for the stack to say; those bear {@link org.sluice.spi.nic.PacketFlags#TRACE}. Headers and
 * counters are noted without a transport's help: it says where the work on a packet begins and ends, and adds what is
 * in none of them. Called on that worker; allocates nothing, never blocks.
 *
 * <p>A transport asks {@link #isOpen} once per burst and calls nothing else while it is false.
 */
public interface PacketTrace {
  /** The trace where there is none. */
  PacketTrace NONE = new PacketTrace() {};

  /**
   * Whether anything is traced now.
   *
   * @return false most of the time
   */
  default boolean isOpen() {
    return false;
  }

  /**
   * Packets that came from another worker and not from a card: chooses those to be traced here.
   *
   * @param batch packets whose data begins at the IP header
   * @param interfaceIndex the interface that received them
   */
  default void arrived(PacketBatch batch, int interfaceIndex) {}

  /**
   * What is counted on this worker from now on is about that packet. Does nothing when it is not traced.
   *
   * @param batch received packets
   * @param i index
   */
  default void begin(PacketBatch batch, int i) {}

  /** The work on the packet of {@link #begin} is done: notes all that was counted since. */
  default void end() {}

  /**
   * Notes a step of a packet. Does nothing when it is not traced.
   *
   * @param batch packets
   * @param i index
   * @param kind what {@link TraceText} tells apart, 0 to 255
   * @param a a number to be told
   * @param b another
   * @param c another
   * @param d another
   */
  default void step(PacketBatch batch, int i, int kind, long a, long b, long c, long d) {}

  /**
   * Says whose packets the batch has that is given to {@link Path#send} next.
   *
   * @param batch packets to send
   * @param session the handle of their session
   */
  default void sender(PacketBatch batch, long session) {}
}
