package org.sluice.plugin.metrics;

import jakarta.inject.Inject;
import java.util.List;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.host.HostServices;

/** {@code show metrics}: where they are served. */
@Extension
public final class ShowMetrics implements ConsoleCommand {
  private final MetricsPlugin plugin;
  private final HostServices services;

  /**
   * Made by the host.
   *
   * @param plugin what listens
   * @param services what it has counted
   */
  @Inject
  public ShowMetrics(MetricsPlugin plugin, HostServices services) {
    this.plugin = plugin;
    this.services = services;
  }

  @Override
  public String name() {
    return "show metrics";
  }

  @Override
  public String summary() {
    return "Show where Prometheus finds the counters, and how often it asked";
  }

  @Override
  public String example() {
    return "show metrics";
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
    if (!arguments.isEmpty()) {
      throw CommandException.usage("show metrics takes no arguments");
    }
    output.value("url", plugin.address().map(at -> "http:/" + at + "/metrics")
        .orElse("none; plugins.metrics.listen names an address"));
    services.counters().forEach((name, counter) -> output.value(name, counter.value()));
  }
}
