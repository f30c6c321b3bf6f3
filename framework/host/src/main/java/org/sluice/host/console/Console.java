package org.sluice.host.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.spi.console.CommandException;

/** Runs what was typed, on the caller's thread. One for all consoles of a host. */
public final class Console {
  /** The command did what was asked. */
  public static final int OK = 0;
  /** The command failed. */
  public static final int FAILED = 1;
  /** The user gave up, as a shell reports a program that was interrupted. */
  public static final int CANCELLED = 130;

  private static final Logger LOG = LoggerFactory.getLogger(Console.class);
  static final String JSON = "--json";

  private final CommandRegistry registry;

  /** A console over these commands. */
  public Console(CommandRegistry registry) {
    this.registry = registry;
  }

  /** The commands it runs. */
  public CommandRegistry registry() {
    return registry;
  }

  /** Runs a typed line; an empty one does nothing. */
  public int run(String line, OutputSink sink, Invocation invocation) {
    return run(CommandLine.split(line), sink, invocation);
  }

  /**
   * Runs a command and shows its result, or why there is none.
   *
   * @param words the command and its arguments; {@code --json} among them asks for JSON
   * @return what a script sees: 0, 1 for failed, 2 for wrong usage, 130 for cancelled
   */
  public int run(List<String> words, OutputSink sink, Invocation invocation) {
    List<String> plain = new ArrayList<>(words);
    boolean json = plain.removeIf(JSON::equals);
    if (plain.isEmpty()) {
      return OK;
    }
    RenderedOutput output = json ? new JsonOutput(sink, invocation) : new TextOutput(sink, invocation);
    try {
      int status;
      @Nullable String error = null;
      try {
        status = run(registry.find(plain), plain, output, invocation);
      } catch (CommandException e) {
        status = e.exitStatus();
        error = Objects.requireNonNullElse(e.getMessage(), "failed");
      }
      if (!output.isHandedOver()) {
        output.finish(error);
      }
      if (error != null) {
        sink.error(error);
      } else if (status == CANCELLED && !output.isCancelShown()) {
        sink.error("cancelled");
      }
      return status;
    } catch (OutputSink.Gone e) {
      LOG.debug("nobody reads the output of '{}' any more", String.join(" ", words), e);
      return CANCELLED;
    }
  }

  private static int run(RegisteredCommand found, List<String> words, RenderedOutput output, Invocation invocation)
      throws CommandException {
    if (!found.begin(invocation)) {
      throw CommandException.failure("plugin " + found.owner() + ", whose command it is, was just stopped");
    }
    try {
      found.command().run(words.subList(found.words().size(), words.size()), output);
      return output.wasToldCancelled() ? CANCELLED : OK;
    } catch (InterruptedException e) {
      return CANCELLED;
    } catch (OutputSink.Gone e) {
      throw e;
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      throw broken(found, e);
    } finally {
      found.end(invocation);
    }
  }

  /** A command must not throw anything else: the mistake is its owner's, and ends at most this run. */
  private static CommandException broken(RegisteredCommand found, Throwable e) {
    found.faults().caught("command '" + found.name() + "'", e);
    return CommandException.failure("'" + found.name() + "' of " + found.owner() + " broke: " + e + "; see the log");
  }
}
