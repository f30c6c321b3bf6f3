package org.sluice.plugin.lab;

import jakarta.inject.Inject;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.pf4j.Extension;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.NamespaceWords;
import org.sluice.spi.host.HostServices;

/** {@code lab attach NAME}: puts an application on the bench. The other commands find the bench here. */
@Extension
public final class AttachCommand extends LabCommand {
  private static final String NAMESPACE = "ns";
  private static final String SECRET = "secret";
  private static final String SCOPE = "scope";
  private static final String PROXY = "proxy";
  private static final List<String> SCOPES = List.of("local", "global", "both");

  /**
   * Makes the command, and the bench.
   *
   * @param services the plugin's scope
   * @param hole the plugin's transport
   */
  @Inject
  public AttachCommand(HostServices services, HoleTransport hole) {
    super(new Bench(services, hole), "lab attach", "NAME [ns ID [secret N]] [scope local|global|both] [proxy PROTO]",
        "Attach an application that accepts everybody and counts what it receives",
        "client ns red secret 7 scope local");
  }

  Bench bench() {
    return bench;
  }

  @Override
  public List<String> complete(List<String> words) {
    if (words.size() < 2) {
      return List.of();
    }
    return switch (words.get(words.size() - 2)) {
      case NAMESPACE, SECRET, PROXY -> List.of();
      case SCOPE -> begunBy(words.getLast(), SCOPES.stream());
      default -> begunBy(words.getLast(), Stream.of(NAMESPACE, SECRET, SCOPE, PROXY));
    };
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    count(words, 1, Integer.MAX_VALUE);
    AttachOptions options = options(words);
    ApplicationContext _ = bench.await(bench.attach(options), "the attach of '" + options.name() + "' did not end");
    output.value("attached", options.name());
    output.value("namespace", options.namespace());
    output.value("scopes", scopes(options));
    if (!options.proxyProtocols().isEmpty()) {
      output.value("proxy", String.join(" ", options.proxyProtocols()));
    }
  }

  /** The scopes as they are typed. */
  static String scopes(AttachOptions options) {
    return options.scopes().size() == 1
        ? options.scopes().iterator().next().name().toLowerCase(Locale.ROOT)
        : SCOPES.getLast();
  }

  private AttachOptions options(List<String> words) throws CommandException {
    Iterator<String> rest = words.iterator();
    AttachOptions.Builder options = AttachOptions.named(rest.next()).with();
    String namespace = AttachOptions.DEFAULT_NAMESPACE;
    long secret = 0;
    while (rest.hasNext()) {
      String word = rest.next();
      switch (word) {
        case NAMESPACE -> namespace = value(rest, word);
        case SECRET -> secret = secret(value(rest, word));
        case SCOPE -> scope(options, value(rest, word));
        case PROXY -> options.proxy(value(rest, word));
        default -> throw usage("'" + word + "' is not known here");
      }
    }
    return options.namespace(namespace, secret).build();
  }

  private String value(Iterator<String> rest, String word) throws CommandException {
    if (!rest.hasNext()) {
      throw usage("'" + word + "' needs a value");
    }
    return rest.next();
  }

  private long secret(String word) throws CommandException {
    return NamespaceWords.secret(word).orElseThrow(() -> usage("'" + word + "' is not a number of 64 bits"));
  }

  private void scope(AttachOptions.Builder options, String word) throws CommandException {
    switch (word) {
      case "local" -> options.scopes(Scope.LOCAL);
      case "global" -> options.scopes(Scope.GLOBAL);
      case "both" -> options.scopes(Scope.LOCAL, Scope.GLOBAL);
      default -> throw usage("'" + word + "' is none of " + String.join(", ", SCOPES));
    }
  }
}
