package org.sluice.host.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/** Texts that operators see, kept in files so that a change to one is seen in review. */
public final class Golden {

  private Golden() {}

  /**
   * Compares a text with the file {@code golden/NAME}.
   *
   * @param folder stands as {@code DIR} in the file; its length must not matter, so blanks that align columns do not
   */
  public static void check(String name, Path folder, String actual) {
    compare(name, actual.replace(folder.toString(), "DIR").replaceAll("(?<=\\S) {2,}", "  "));
  }

  /** Compares a text with the file {@code golden/NAME}, blank by blank. */
  public static void check(String name, String actual) {
    compare(name, actual);
  }

  private static void compare(String name, String actual) {
    assertThat(actual).as("golden/" + name).isEqualTo(read(name));
  }

  private static String read(String name) {
    try (InputStream stream = Objects.requireNonNull(
        Golden.class.getResourceAsStream("/golden/" + name), "there is no golden/" + name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
