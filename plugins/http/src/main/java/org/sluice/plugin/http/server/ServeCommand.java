package org.sluice.plugin.http.server;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.pf4j.Extension;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.NamespaceWords;

/**
 * {@code http serve URI root DIR [index NAME] [namespace NAME [secret N]]}: serves files until {@code http stop}.
 */
@Extension
public final class ServeCommand implements ConsoleCommand {
  private static final String ROOT = "root";
  private static final String INDEX = "index";
  private static final List<String> OPTIONS = List.of(ROOT, INDEX);

  private final HttpApplication application;

  /**
   * Makes the command.
   *
   * @param application what listens
   */
  @Inject
  public ServeCommand(HttpApplication application) {
    this.application = application;
  }

  @Override
  public String name() {
    return "http serve";
  }

  @Override
  public String summary() {
    return "Serve the files below a directory by HTTP";
  }

  @Override
  public String arguments() {
    return "URI root DIR [index NAME] " + NamespaceWords.SYNOPSIS;
  }

  @Override
  public String example() {
    return "http serve ct://0.0.0.0/8080 root /srv/www";
  }

  @Override
  public List<String> complete(List<String> words) {
    List<String> typed = words.subList(0, words.size() - 1);
    return NamespaceWords.complete(words, behindOptions(typed),
        OPTIONS.stream().filter(word -> !typed.contains(word)).toList());
  }

  /** Where the words behind the URI and the options begin: a directory may be called {@code namespace}. */
  private static int behindOptions(List<String> words) {
    int at = 1;
    while (at < words.size() && OPTIONS.contains(words.get(at))) {
      at += 2;
    }
    return at;
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    NamespaceWords place = NamespaceWords.parse(words, behindOptions(words));
    List<String> arguments = place.before();
    if (arguments.size() % 2 == 0) {
      throw wrong("a URI and pairs of words are needed");
    }
    String directory = "";
    String index = application.settings().index();
    for (int i = 1; i < arguments.size(); i += 2) {
      switch (arguments.get(i)) {
        case ROOT -> directory = arguments.get(i + 1);
        case INDEX -> index = arguments.get(i + 1);
        default -> throw wrong("there is no '" + arguments.get(i) + "'");
      }
    }
    if (directory.isEmpty()) {
      throw wrong("it needs a root");
    }
    serve(arguments.getFirst(), directory, index, place, output);
  }

  private void serve(String uri, String directory, String index, NamespaceWords place, ConsoleOutput output)
      throws CommandException, InterruptedException {
    try {
      Listening<Site> site =
          application.serve(uri, Path.of(directory), index, place.namespace(), place.secret()).get();
      output.value("serving", site.uri());
      output.value("namespace", site.namespace());
      output.value("root", site.listener().root().path().toString());
    } catch (IOException | InvalidPathException e) {
      throw CommandException.failure("cannot use directory " + directory + ": " + e + "; name one that is there");
    } catch (ExecutionException e) {
      throw NamespaceWords.failure(e);
    }
  }

  private CommandException wrong(String what) {
    return CommandException.usage("http serve: " + what + ", as in: " + example());
  }
}
