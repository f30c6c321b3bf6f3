package org.sluice.plugin.echo;

import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.pf4j.Extension;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.NamespaceWords;
import org.sluice.spi.host.HostServices;

/**
 * {@code echo send URI TEXT [namespace NAME [secret N]]}: an application of its own for as long as the command runs.
 */
@Extension
public final class EchoSendCommand implements ConsoleCommand {
  /** A URI and the first word of the text. */
  private static final int WORDS_BEFORE = 2;

  private final HostServices services;
  private final AtomicLong runs = new AtomicLong();

  /**
   * Makes the command.
   *
   * @param services the plugin's scope
   */
  @Inject
  public EchoSendCommand(HostServices services) {
    this.services = services;
  }

  @Override
  public String name() {
    return "echo send";
  }

  @Override
  public String summary() {
    return "Connect to an echo service, send a text and print what comes back";
  }

  @Override
  public String arguments() {
    return "URI TEXT... " + NamespaceWords.SYNOPSIS;
  }

  @Override
  public String example() {
    return "echo send tcp://10.2.0.1:7 hello namespace red";
  }

  @Override
  public List<String> complete(List<String> words) {
    return NamespaceWords.complete(words, WORDS_BEFORE, List.of());
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    NamespaceWords place = NamespaceWords.parse(arguments, WORDS_BEFORE);
    List<String> words = place.before();
    if (words.size() < WORDS_BEFORE) {
      throw CommandException.usage("echo send needs a URI and a text, as in: echo send ct://127.0.0.1/7 hello");
    }
    String uri = words.getFirst();
    byte[] text = String.join(" ", words.subList(1, words.size())).getBytes(StandardCharsets.UTF_8);
    EchoClient client = client(uri, text);
    AttachOptions options = place.in(AttachOptions.named("echo-send-" + runs.incrementAndGet()));
    CompletableFuture<ApplicationContext> attached = services.applications().attach(client, options);
    try {
      byte[] echo = await(attached.thenCompose(context -> client.result()), uri);
      output.line(new String(echo, StandardCharsets.UTF_8));
    } finally {
      var _ = attached.thenCompose(ApplicationContext::detach);
    }
  }

  private static EchoClient client(String uri, byte[] text) throws CommandException {
    try {
      return new EchoClient(uri, text);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private byte[] await(CompletableFuture<byte[]> echo, String uri) throws CommandException, InterruptedException {
    Duration timeout = services.configuration().duration("timeout");
    try {
      return echo.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw NamespaceWords.failure(e);
    } catch (TimeoutException e) {
      throw CommandException.failure(
          "no echo from " + uri + " within " + timeout.toMillis() + " ms (plugins.echo.timeout); 'show session' tells"
              + " whether the session is established");
    }
  }
}
