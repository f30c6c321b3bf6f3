package org.sluice.core.nic;

import org.sluice.spi.nic.LinkState;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicCapabilities;

/** A card that is another one in everything but what its subclass does about queues. */
abstract class NicDecorator implements Nic {
  private final Nic card;

  NicDecorator(Nic card) {
    this.card = card;
  }

  @Override
  public final String name() {
    return card.name();
  }

  @Override
  public final long macAddress() {
    return card.macAddress();
  }

  @Override
  public final int mtuBytes() {
    return card.mtuBytes();
  }

  @Override
  public final LinkState linkState() {
    return card.linkState();
  }

  @Override
  public final NicCapabilities capabilities() {
    return card.capabilities();
  }

  @Override
  public final void addresses(long[] halves) {
    card.addresses(halves);
  }

  @Override
  public void close() {
    card.close();
  }
}
