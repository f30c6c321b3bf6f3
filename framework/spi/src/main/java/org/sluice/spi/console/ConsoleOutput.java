package org.sluice.spi.console;

import java.util.Locale;

/** Where a command's results go. Called on the command's thread; a slow reader makes it block. */
public interface ConsoleOutput {

  /**
   * Starts a table. As text: a header and aligned columns; as JSON: an array of objects with these keys.
   *
   * @param name the key of the array in JSON, for example {@code sessions}
   * @param columns the columns in order
   */
  void table(String name, Column... columns);

  /**
   * Adds a row to the table.
   *
   * @param cells one value per column: strings, numbers, booleans and {@link Indented}; others by {@code toString}
   */
  void row(Object... cells);

  /**
   * A free line. As JSON: appended to the array {@code text}.
   *
   * @param line without line break
   */
  void line(String line);

  /**
   * A figure. As text {@code label: value}; as JSON a member of the result object.
   *
   * @param key lower-case words joined by underscores
   * @param value string, number or boolean
   */
  void value(String key, Object value);

  /**
   * Progress of long work; overwritten in place on a terminal, not part of the result.
   *
   * @param text what is being done and how far it is
   */
  void progress(String text);

  /**
   * Whether the user gave up; long commands ask now and then and return. A command that was told so is reported as
   * cancelled, one that returns without having asked as done.
   *
   * @return true when cancelled
   */
  boolean isCancelled();

  /**
   * A cell of a tree. As text it is indented; as JSON it is the text alone, and another column says what it belongs to.
   *
   * @param level how deep it stands, from 0
   * @param text what it says
   */
  record Indented(int level, String text) {
    private static final String STEP = "  ";

    @Override
    public String toString() {
      return STEP.repeat(level) + text;
    }
  }

  /**
   * A column of a table.
   *
   * @param title the header as text
   * @param key the key as JSON
   * @param minWidth the least width as text; negative aligns right
   */
  record Column(String title, String key, int minWidth) {

    /**
     * A left-aligned column as wide as needed.
     *
     * @param title the header; in lower case with underscores it is the key
     * @return the column
     */
    public static Column of(String title) {
      return of(title, 0);
    }

    /**
     * A column of at least some width.
     *
     * @param title the header; in lower case with underscores it is the key
     * @param minWidth negative aligns right
     * @return the column
     */
    public static Column of(String title, int minWidth) {
      return new Column(title, title.toLowerCase(Locale.ROOT).replace(' ', '_').replace('-', '_'), minWidth);
    }
  }
}
