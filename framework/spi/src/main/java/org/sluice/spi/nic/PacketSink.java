package org.sluice.spi.nic;

/**
 * Where frames to send come from and go to: a path through the network, a card's queue, a test's collector. Called on
 * the worker that transmits; never blocks.
 */
public interface PacketSink {

  /**
   * Appends empty frames of the egress queue to a batch, each with room in front for the headers of this sink.
   *
   * @param batch where to append; the caller owns the frames until it passes them to {@link #send} or releases them
   * @param count how many are wanted
   * @return how many were appended; fewer when frames are short (counted)
   */
  int allocate(PacketBatch batch, int count);

  /**
   * Sends all packets of a batch. The sink owns the frames from now on, also of those it drops; the batch is cleared.
   *
   * @param batch packets whose data begins at this sink's upper header
   * @return how many were accepted; the rest were dropped and counted
   */
  int send(PacketBatch batch);

  /**
   * The most payload of this sink's upper layer that one packet can carry.
   *
   * @return bytes
   */
  int mtuBytes();
}
