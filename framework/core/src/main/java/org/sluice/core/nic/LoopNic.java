package org.sluice.core.nic;

import java.util.List;
import org.sluice.spi.nic.LinkState;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicCapabilities;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;

/** A card whose every queue receives what it sends. */
final class LoopNic implements Nic {
  private static final int MTU_BYTES = 1500;

  private final String name;
  private final List<LoopQueue> queues;
  private LinkState state = LinkState.UP;

  LoopNic(String name, List<LoopQueue> queues) {
    this.name = name;
    this.queues = List.copyOf(queues);
  }

  @Override
  public String name() {
    return "loop/" + name;
  }

  @Override
  public long macAddress() {
    return MacAddresses.local(name);
  }

  @Override
  public int mtuBytes() {
    return MTU_BYTES;
  }

  @Override
  public LinkState linkState() {
    return state;
  }

  @Override
  public NicCapabilities capabilities() {
    return new NicCapabilities(queues.size(), queues.size(), MTU_BYTES, true, true, 0, 1, false);
  }

  @Override
  public RxQueue rxQueue(int index) {
    return queues.get(index);
  }

  @Override
  public TxQueue txQueue(int index) {
    return queues.get(index);
  }

  @Override
  public void close() {
    state = LinkState.GONE;
    queues.forEach(LoopQueue::close);
  }
}
