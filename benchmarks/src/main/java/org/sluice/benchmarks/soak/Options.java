package org.sluice.benchmarks.soak;

import java.util.Iterator;
import java.util.List;

/**
 * The command line.
 *
 * @param seconds how long new sessions are begun
 * @param seed decides all scripts
 * @param pairs how many sessions there are at a time
 */
record Options(int seconds, long seed, int pairs) {
  static final Options DEFAULT = new Options(300, 1, 6);

  private static final int MOST_PAIRS = 1000;

  /**
   * Reads arguments.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  static Options parse(List<String> arguments) {
    int seconds = DEFAULT.seconds;
    long seed = DEFAULT.seed;
    int pairs = DEFAULT.pairs;
    for (Iterator<String> left = arguments.iterator(); left.hasNext(); ) {
      String argument = left.next();
      switch (argument) {
        case "--seconds" -> seconds = (int) number(argument, left, 1, Integer.MAX_VALUE);
        case "--seed" -> seed = number(argument, left, Long.MIN_VALUE, Long.MAX_VALUE);
        case "--pairs" -> pairs = (int) number(argument, left, 1, MOST_PAIRS);
        default -> throw new IllegalArgumentException("unknown option: " + argument);
      }
    }
    return new Options(seconds, seed, pairs);
  }

  private static long number(String option, Iterator<String> left, long least, long most) {
    if (!left.hasNext()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    String value = left.next();
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(option + " must be a whole number, " + least + " to " + most + ": " + value);
  }
}
