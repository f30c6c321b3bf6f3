package org.sluice.testkit.contract;

import java.util.Map;
import org.sluice.core.nic.LoopDriver;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicException;
import org.sluice.testkit.nic.NicWorld;

/** The loop is a card as others. */
final class LoopNicContractTest extends NicContract {
  @Override
  protected Link open(NicWorld world) throws NicException {
    Nic nic = new LoopDriver(world.counters()).open(new NicConfiguration("x", 0, 0, Map.of()), world.workers());
    return new Link(nic, nic);
  }
}
