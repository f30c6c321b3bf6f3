package org.sluice.core.console;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.network.IpPrefix;

/** The arguments of one call, taken from left to right. */
final class Words {
  private final List<String> words;
  private final StackCommand command;
  private final Set<String> options = new HashSet<>();
  private int taken;

  Words(List<String> words, StackCommand command) {
    this.words = words;
    this.command = command;
  }

  boolean hasNext() {
    return taken < words.size();
  }

  boolean nextIsNumber() {
    return hasNext() && isNumber(words.get(taken));
  }

  /** Whether an address, prefix or endpoint comes next: no keyword has a digit, a dot or a colon. */
  boolean nextIsAddress() {
    return hasNext() && words.get(taken).matches("[0-9a-fA-F]*[.:\\[].*");
  }

  String next(String what) throws CommandException {
    if (!hasNext()) {
      throw command.usage("'" + (words.isEmpty() ? command.name() : words.getLast()) + "' needs " + what);
    }
    return words.get(taken++);
  }

  /** The next word as one of the choices; an unambiguous beginning of one will do. */
  String keyword(List<String> choices) throws CommandException {
    String word = words.get(taken++);
    if (choices.contains(word)) {
      return word;
    }
    List<String> begun = choices.stream().filter(choice -> choice.startsWith(word)).toList();
    if (begun.size() == 1) {
      return begun.getFirst();
    }
    throw command.usage(begun.isEmpty()
        ? "'" + word + "' is not known here"
        : "'" + word + "' is ambiguous: " + String.join(", ", begun));
  }

  /** Refuses an option that was given before: one of both values would be lost. */
  void once(String option) throws CommandException {
    if (!options.add(option)) {
      throw command.usage("'" + option + "' is given twice");
    }
  }

  int number(String what, int least, int most) throws CommandException {
    String word = next(what);
    if (isNumber(word)) {
      int value = Integer.parseInt(word);
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw command.usage("'" + word + "' is not " + what + ", " + least + " to " + most);
  }

  boolean isNext(String word) {
    return hasNext() && words.get(taken).equals(word);
  }

  /** Takes the next word if it is this one. */
  boolean take(String word) {
    boolean isNext = isNext(word);
    taken += isNext ? 1 : 0;
    return isNext;
  }

  /** The next word as an address or a prefix. */
  IpPrefix prefix() throws CommandException {
    String word = next("an address");
    try {
      return IpPrefix.parse(word);
    } catch (IllegalArgumentException e) {
      throw command.usage(String.valueOf(e.getMessage()));
    }
  }

  void end() throws CommandException {
    if (hasNext()) {
      throw command.usage("'" + words.get(taken) + "' is too much");
    }
  }

  static boolean isNumber(String word) {
    return word.matches("[0-9]{1,9}");
  }
}
