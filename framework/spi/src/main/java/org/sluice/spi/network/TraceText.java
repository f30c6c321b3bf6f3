package org.sluice.spi.network;

/** Says in words what a transport noted in a trace. Called on threads of consoles, when an operator looks. */
@FunctionalInterface
public interface TraceText {

  /**
   * One step of a packet.
   *
   * @param kind what {@link PacketTrace#step} was given, as the following
   * @param a a number of the transport's
   * @param b another
   * @param c another
   * @param d another
   * @return one line, without what the packet's headers say, which the trace shows of its own
   */
  String text(int kind, long a, long b, long c, long d);
}
