package org.sluice.plugin.tcp;

import jakarta.inject.Inject;
import java.util.List;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.host.ConfigurationException;

/** {@code set tcp KEY VALUE}: changes a setting until the plugin stops. */
@Extension
public final class SetTcp extends TcpCommand {
  private static final String CONGESTION = "congestion";
  private static final String SYN_COOKIES = "syn-cookies";

  /**
   * Makes the command.
   *
   * @param tcp the plugin's transport
   */
  @Inject
  public SetTcp(TcpTransport tcp) {
    super(tcp, "set tcp", "KEY VALUE",
        "Change a setting of TCP until the plugin stops; 'show tcp config' lists the keys");
  }

  @Override
  public String example() {
    return "set tcp delayed-ack 10 ms";
  }

  @Override
  public List<String> complete(List<String> words) {
    if (words.size() == 1) {
      return begunBy(words.getFirst(), TcpKey.all().stream().filter(TcpKey::atRuntime).map(TcpKey::name));
    }
    if (words.size() > 2) {
      return List.of();
    }
    return switch (words.getFirst()) {
      case CONGESTION -> begunBy(words.getLast(), tcp.congestion().names().stream());
      case SYN_COOKIES -> begunBy(words.getLast(), List.of(SynCookieMode.values()).stream().map(SynCookieMode::label));
      default -> List.of();
    };
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    if (words.size() < 2) {
      throw usage(words.isEmpty() ? "a key and a value are missing" : "the value of '" + words.getFirst()
          + "' is missing");
    }
    TcpKey key = key(words.getFirst());
    // Sizes and times may be written with a blank.
    String text = String.join(" ", words.subList(1, words.size()));
    if (key.name().equals(CONGESTION) && !tcp.congestion().names().contains(text)) {
      throw CommandException.failure("there is no congestion control '" + text + "', but: "
          + String.join(", ", tcp.congestion().names()));
    }
    TcpSettings.Change change;
    try {
      change = tcp.settings().change(key, text);
    } catch (ConfigurationException e) {
      throw CommandException.failure(String.valueOf(e.getMessage()));
    }
    for (int i = 0; i < tcp.workers().count(); i++) {
      TcpWorker worker = tcp.worker(i);
      boolean _ = ask(i, () -> worker.configure(change));
    }
    output.value(key.name().replace('-', '_').replace('.', '_'), key.text(tcp.settings().inForce()));
  }

  private TcpKey key(String name) throws CommandException {
    for (TcpKey key : TcpKey.all()) {
      if (key.name().equals(name)) {
        if (key.atRuntime()) {
          return key;
        }
        throw CommandException.failure(name + " is read at start only: set plugins.tcp." + name
            + " in the configuration and reload the plugin");
      }
    }
    throw CommandException.failure("TCP has no setting '" + name + "'; 'show tcp config' lists them");
  }
}
