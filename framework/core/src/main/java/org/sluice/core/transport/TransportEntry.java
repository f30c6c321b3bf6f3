package org.sluice.core.transport;

import org.sluice.core.fault.PluginFaults;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportTrait;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;

/**
 * A registered transport, with what the data path asks of it ready at hand.
 *
 * @param id the protocol id
 * @param nameSlot the number of its name: the same for every transport that is registered under this name
 * @param vft its functions
 * @param descriptor what it said about itself
 * @param faults the account of its plugin
 * @param local whether it serves connects to listeners of this host
 * @param noLookup whether its connections stay out of the lookup tables
 */
public record TransportEntry(
    int id,
    int nameSlot,
    TransportVft vft,
    TransportDescriptor descriptor,
    PluginFaults faults,
    boolean local,
    boolean noLookup) {

  TransportEntry(int id, int nameSlot, TransportVft vft, TransportDescriptor descriptor, PluginFaults faults) {
    this(
        id,
        nameSlot,
        vft,
        descriptor,
        faults,
        descriptor.has(TransportTrait.LOCAL),
        descriptor.has(TransportTrait.NO_LOOKUP));
  }

  /**
   * The name in URIs.
   *
   * @return the name
   */
  public String name() {
    return descriptor.name();
  }

  /**
   * How payload leaves the tx FIFO.
   *
   * @return the mode
   */
  public TxMode txMode() {
    return descriptor.txMode();
  }
}
