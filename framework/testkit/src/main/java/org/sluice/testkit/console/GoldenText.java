package org.sluice.testkit.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Text that is kept in a file beside the tests, so that a change of what people see is a change in a review.
 *
 * <p>After a wanted change run the tests once with {@code -Dsluice.golden.update=true}: they write the files and pass;
 * then read the difference.
 */
public final class GoldenText {
  /** The switch that has the files written. */
  public static final String UPDATE = "sluice.golden.update";

  private final Path folder;

  /**
   * The files of one group of tests.
   *
   * @param folder below {@code src/test/resources} of the module whose tests run
   */
  public GoldenText(String folder) {
    this.folder = Path.of(System.getProperty("basedir", "."), "src", "test", "resources", folder);
  }

  /**
   * Compares a text with its file, or writes the file when that was asked for.
   *
   * @param name the file's name, without {@code .txt}
   * @param actual the text
   */
  public void assertMatches(String name, String actual) {
    Path file = folder.resolve(name + ".txt");
    try {
      if (Boolean.getBoolean(UPDATE)) {
        Files.createDirectories(folder);
        Files.writeString(file, actual);
        return;
      }
      assertThat(file).as("the wanted text; -D%s=true writes it", UPDATE).exists();
      assertThat(actual).as("%s; -D%s=true accepts the new text", file, UPDATE).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
