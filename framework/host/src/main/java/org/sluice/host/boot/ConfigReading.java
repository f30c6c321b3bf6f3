package org.sluice.host.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sluice.host.config.ConfigurationLoader;
import org.sluice.host.config.KeyTable;
import org.sluice.host.config.SectionReference;
import org.sluice.host.config.Settings;
import org.sluice.host.problem.Problem;
import org.sluice.host.problem.ProblemsException;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;

/** What can be said of a configuration without starting anything; the same with a host and without. */
public final class ConfigReading {
  private ConfigReading() {}

  /**
   * Checks a configuration and shows all problems of it.
   *
   * @param loader has read it
   * @param references of the plugins that may start
   * @param refused ids of plugins that may not
   * @return the configuration
   * @throws CommandException when anything is wrong
   */
  public static Settings check(ConfigurationLoader loader, List<SectionReference> references, Set<String> refused,
      ConsoleOutput output) throws CommandException {
    List<Problem> problems = new ArrayList<>();
    try {
      Settings settings = loader.check(references, refused);
      // Values that are right one by one may not fit together.
      var _ = StackSettings.of(settings);
      Problem.print(settings.warnings(), output);
      return settings;
    } catch (ProblemsException e) {
      problems.addAll(e.problems());
    }
    Problem.print(problems, output);
    throw CommandException.failure(problems.size() == 1 ? "1 problem" : problems.size() + " problems");
  }

  /**
   * Shows the keys whose names contain a text.
   *
   * @param full with their whole text
   * @throws CommandException when there are none
   */
  public static void list(KeyTable keys, String part, boolean full, ConsoleOutput output) throws CommandException {
    boolean any = full ? keys.printFull(part, output) : keys.print(part, output);
    if (!any) {
      throw unknown(keys, part);
    }
  }

  /**
   * Shows all about one key.
   *
   * @throws CommandException when there is none of that name
   */
  public static void show(KeyTable keys, String key, ConsoleOutput output) throws CommandException {
    keys.find(key).orElseThrow(() -> unknown(keys, key)).print(output);
  }

  private static CommandException unknown(KeyTable keys, String key) {
    return CommandException.failure("there is no key " + key
        + keys.nearest(key).map(nearest -> "; did you mean " + nearest + "?").orElse("; 'config list' shows all"));
  }
}
