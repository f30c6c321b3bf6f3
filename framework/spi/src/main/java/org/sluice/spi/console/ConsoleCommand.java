package org.sluice.spi.console;

import java.util.List;
import org.pf4j.ExtensionPoint;

/**
 * A console command. An extension point. One instance serves all consoles; it may run on several console threads at
 * once, and may block there.
 */
public interface ConsoleCommand extends ExtensionPoint {

  /**
   * The words it is called by, for example {@code show session}; lower-case, separated by one blank, unique.
   *
   * @return the name
   */
  String name();

  /**
   * What it does, for the list of commands.
   *
   * @return one sentence without a full stop
   */
  String summary();

  /**
   * What may follow the name, for example {@code [verbose [LEVEL]]}.
   *
   * @return the synopsis, empty for nothing
   */
  default String arguments() {
    return "";
  }

  /**
   * One call as a user would type it, for the help of this command.
   *
   * @return the whole line, empty for none
   */
  default String example() {
    return "";
  }

  /**
   * Words that may come next.
   *
   * @param words what was typed after the name; the last one may be unfinished and is empty after a blank
   * @return candidates for the last word
   */
  default List<String> complete(List<String> words) {
    return List.of();
  }

  /**
   * Runs the command.
   *
   * @param arguments the words after the name
   * @param output where rows go; streamed as they come
   * @throws CommandException when the arguments are wrong or the work failed: the message says what to do
   * @throws InterruptedException when the user cancelled while the command waited
   */
  void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException;
}
