package org.sluice.host.console;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.sluice.core.fault.PluginFaults;
import org.sluice.spi.console.ConsoleCommand;

/** A command in the registry, with its runs: a plugin that stops waits until nothing of it runs on a console. */
public final class RegisteredCommand {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*( [a-z0-9][a-z0-9-]*)*");

  private final PluginFaults owner;
  private final ConsoleCommand command;
  private final String name;
  private final List<String> words;
  private final Set<Invocation> runs = new HashSet<>();
  private boolean ended;

  RegisteredCommand(PluginFaults owner, ConsoleCommand command) {
    this.owner = owner;
    this.command = command;
    name = command.name();
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "command name '" + name + "' must be lower-case words of letters, digits and '-', separated by one blank");
    }
    words = List.of(name.split(" "));
  }

  /** The plugin that brought it, or the part of the host. */
  public String owner() {
    return owner.pluginId();
  }

  /** Where its mistakes are counted. */
  PluginFaults faults() {
    return owner;
  }

  /** The command itself. */
  public ConsoleCommand command() {
    return command;
  }

  /** The words it is called by. */
  public String name() {
    return name;
  }

  List<String> words() {
    return words;
  }

  /** Whether the typed words begin with this name, abbreviated or not. */
  boolean isNamedBy(List<String> typed) {
    return typed.size() >= words.size() && startsWith(typed.subList(0, words.size()));
  }

  /** Whether the name begins with the typed words, abbreviated or not. */
  boolean startsWith(List<String> typed) {
    for (int i = 0; i < typed.size(); i++) {
      if (i >= words.size() || typed.get(i).isEmpty() || !words.get(i).startsWith(typed.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Counts a run in; false when the command goes away. */
  synchronized boolean begin(Invocation run) {
    if (ended) {
      return false;
    }
    runs.add(run);
    run.begin();
    return true;
  }

  synchronized void end(Invocation run) {
    run.end();
    runs.remove(run);
    notifyAll();
  }

  /** Cancels all runs and waits for them; false when one is still there at the end. */
  synchronized boolean endRuns(Duration patience) {
    ended = true;
    runs.forEach(Invocation::cancel);
    return Monitors.await(this, patience, runs::isEmpty);
  }
}
