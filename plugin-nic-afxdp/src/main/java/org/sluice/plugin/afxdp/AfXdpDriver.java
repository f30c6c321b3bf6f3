package org.sluice.plugin.afxdp;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.pf4j.Extension;
import org.sluice.plugin.afxdp.kernel.Kernel;
import org.sluice.plugin.afxdp.kernel.Linux;
import org.sluice.plugin.afxdp.xsk.XskCounters;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicDriver;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.runtime.Worker;

/** Opens interfaces of the host: {@code interface add af_xdp NAME interface=eth1 queues=2}. */
@Extension
public final class AfXdpDriver implements NicDriver {
  private final HostServices host;
  private final Kernel kernel;
  private final XskCounters counters;
  private final List<AfXdpNic> cards = new ArrayList<>();

  /**
   * Makes the driver for this host's kernel.
   *
   * @param host the plugin's services
   */
  @Inject
  public AfXdpDriver(HostServices host) {
    this(host, new Linux());
  }

  /** For another kernel. */
  AfXdpDriver(HostServices host, Kernel kernel) {
    this.host = host;
    this.kernel = kernel;
    counters = new XskCounters(host.counters());
  }

  @Override
  public String name() {
    return "af_xdp";
  }

  @Override
  public List<String> probe() {
    return Probe.of(kernel);
  }

  @Override
  public Nic open(NicConfiguration configuration, List<Worker> workers) throws NicException {
    AfXdpOptions options = AfXdpOptions.of(configuration);
    Opening opening = new Opening(kernel, options, workers, counters, host.log());
    AfXdpNic made = opening.open(configuration.interfaceName(), cards::remove);
    cards.add(made);
    return made;
  }

  /** The open cards. Worker 0. */
  List<AfXdpNic> cards() {
    return cards;
  }
}
