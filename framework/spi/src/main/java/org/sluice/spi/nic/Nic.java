package org.sluice.spi.nic;

/**
 * An open card. Called on worker 0, but for the queues; the methods that give a queue, the MAC address, the MTU and the
 * capabilities are called on every worker. Methods do not block unless they say so.
 */
public interface Nic extends AutoCloseable {

  /**
   * The interface's name on the console, for example {@code af_xdp/veth0}.
   *
   * @return unique among open cards
   */
  String name();

  /**
   * The MAC address in the low 48 bits.
   *
   * @return the address, first byte on the wire in bits 47..40
   */
  long macAddress();

  /**
   * The largest IP packet that one frame carries now.
   *
   * @return bytes
   */
  int mtuBytes();

  /**
   * Whether packets flow now; asked once a second by the network layer.
   *
   * @return the state
   */
  LinkState linkState();

  /**
   * What the card can do; constant while it is open.
   *
   * @return the capabilities
   */
  NicCapabilities capabilities();

  /**
   * One receive queue; each is given to one worker at open.
   *
   * @param index 0 to {@code capabilities().rxQueues() - 1}
   * @return the queue
   */
  RxQueue rxQueue(int index);

  /**
   * One transmit queue; each is given to one worker at open.
   *
   * @param index 0 to {@code capabilities().txQueues() - 1}
   * @return the queue
   */
  TxQueue txQueue(int index);

  /**
   * Says which addresses are the stack's on this card, now and after each change: of the interface, and of its tables'
   * others. A card that is shared with somebody else brings packets for these alone. Worker 0.
   *
   * @param halves all of them, each as its upper and its lower half, as {@link
   *     org.sluice.spi.session.FlowKey} has them
   */
  default void addresses(long[] halves) {}

  /**
   * Closes the card after its queues were taken from their workers; idempotent. May block for the kernel, at most about
   * a second. All frames are back in their pools or unmapped afterwards.
   */
  @Override
  void close();
}
