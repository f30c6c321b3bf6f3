package org.sluice.plugin.tcp;

import jakarta.inject.Inject;
import java.util.List;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.host.Configuration;

/** {@code show tcp config}: the settings in force. */
@Extension
public final class ShowTcpConfig extends TcpCommand {

  /**
   * Makes the command.
   *
   * @param tcp the plugin's transport
   */
  @Inject
  public ShowTcpConfig(TcpTransport tcp) {
    super(tcp, "show tcp config", "", "Show the settings of TCP, and which of them 'set tcp' can change");
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException {
    atMost(words, 0);
    Configuration inForce = tcp.settings().inForce();
    output.table("config", Column.of("Key", 22), Column.of("Value", 12), Column.of("Set"));
    for (TcpKey key : TcpKey.all()) {
      output.row(key.name(), key.text(inForce), key.atRuntime() ? "at once" : "at start");
    }
    CongestionChoice congestion = tcp.congestion();
    output.value("congestion_control_in_use", congestion.preferred().name());
    output.value("congestion_controls", String.join(", ", congestion.names()));
  }
}
