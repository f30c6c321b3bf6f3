package org.sluice.plugin.http.server;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;

/** {@code http serve URI root DIR [index NAME]}: serves files until {@code http stop}. */
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
    return "URI root DIR [index NAME]";
  }

  @Override
  public String example() {
    return "http serve ct://0.0.0.0/8080 root /srv/www";
  }

  @Override
  public List<String> complete(List<String> words) {
    // Options stand at the second, fourth, ... place.
    return words.size() % 2 == 1 ? List.of()
        : OPTIONS.stream().filter(word -> word.startsWith(words.getLast()) && !words.contains(word)).toList();
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
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
    serve(arguments.getFirst(), directory, index, output);
  }

  private void serve(String uri, String directory, String index, ConsoleOutput output)
      throws CommandException, InterruptedException {
    try {
      Site site = application.serve(uri, Path.of(directory), index).get();
      output.value("serving", site.uri());
      output.value("root", site.root().path().toString());
    } catch (IOException | InvalidPathException e) {
      throw CommandException.failure("cannot use directory " + directory + ": " + e + "; name one that is there");
    } catch (ExecutionException e) {
      throw CommandException.failure(String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage()));
    }
  }

  private CommandException wrong(String what) {
    return CommandException.usage("http serve: " + what + ", as in: " + example());
  }
}
