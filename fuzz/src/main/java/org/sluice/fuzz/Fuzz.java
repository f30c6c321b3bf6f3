package org.sluice.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** What {@code fuzz/run} asks of the targets, besides fuzzing itself, which Jazzer does. */
public final class Fuzz {
  private static final int WRONG_USE = 2;
  private static final int FOUND = 1;

  private Fuzz() {}

  /**
   * Runs a command.
   *
   * @param arguments {@code list}; {@code class TARGET}; {@code seeds TARGET FOLDER}; {@code input TARGET FILE}
   * @throws IOException when files cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    System.exit(run(System.out, arguments));
  }

  private static int run(PrintStream out, String[] arguments) throws IOException {
    String command = arguments.length == 0 ? "" : arguments[0];
    if (command.equals("list")) {
      Arrays.stream(Target.values()).forEach(target -> out.println(target.title()));
      return 0;
    }
    Optional<Target> named = arguments.length < 2 ? Optional.empty()
        : Arrays.stream(Target.values()).filter(target -> target.title().equals(arguments[1])).findFirst();
    if (named.isEmpty()) {
      System.err.println("fuzz: no such target; fuzz/run list names them");
      return WRONG_USE;
    }
    Target target = named.get();
    return switch (command) {
      case "class" -> {
        out.println(target.fuzzerName());
        yield 0;
      }
      case "seeds" -> {
        Corpus.writeSeeds(target, Path.of(arguments[2]));
        yield 0;
      }
      case "input" -> reproduce(out, target, Files.readAllBytes(Path.of(arguments[2])));
      default -> WRONG_USE;
    };
  }

  private static int reproduce(PrintStream out, Target target, byte[] input) {
    try {
      target.run(input);
    } catch (AssertionError | RuntimeException finding) {
      finding.printStackTrace(out);
      return FOUND;
    }
    out.println("fuzz: " + target.title() + ": " + input.length + " bytes, nothing found");
    return 0;
  }
}
