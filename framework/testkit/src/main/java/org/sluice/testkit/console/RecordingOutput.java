package org.sluice.testkit.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.console.ConsoleOutput;

/**
 * Keeps what a command prints: the text that a person would read, and tables and figures by key as a script would read
 * them. Refuses what no console could show: a row without a table or of the wrong length, a cell that is null.
 */
public final class RecordingOutput implements ConsoleOutput {
  private final StringBuilder text = new StringBuilder();
  private final Map<String, List<Map<String, Object>>> tables = new LinkedHashMap<>();
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final List<String> lines = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();
  private List<Map<String, Object>> openTable = new ArrayList<>();
  private @Nullable TextTable openText;
  private int rows;
  private int cancelAfterRows = Integer.MAX_VALUE;
  private @Nullable String cancelAtProgress;

  /** An output that has been given nothing. */
  public RecordingOutput() {}

  /**
   * Gives up, like a user, after some rows.
   *
   * @param count {@link #isCancelled} from this number of rows on; 0 for at once
   * @return this
   */
  public RecordingOutput cancelAfterRows(int count) {
    cancelAfterRows = count;
    return this;
  }

  /**
   * Gives up, like a user, when some progress is shown.
   *
   * @param part of the report
   * @return this
   */
  public RecordingOutput cancelAtProgress(String part) {
    cancelAtProgress = part;
    return this;
  }

  /**
   * What a person would read.
   *
   * @return lines, each ended by a line break; columns of a table are aligned over its rows up to the next free line
   */
  public String text() {
    endTable();
    return text.toString();
  }

  /**
   * What a script would read of a table.
   *
   * @param name as the command named it
   * @return its rows over all tables of that name, each with the cells by key
   * @throws IllegalArgumentException when there was no such table; the message says which there were
   */
  public List<Map<String, Object>> rows(String name) {
    List<Map<String, Object>> found = tables.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no table '" + name + "' but " + tables.keySet());
    }
    return found;
  }

  /**
   * One column of a table.
   *
   * @param table as the command named it
   * @param key the column's key
   * @return its cells, from the first row to the last
   * @throws IllegalArgumentException when there is no such table or column
   */
  public List<Object> column(String table, String key) {
    List<Object> cells = new ArrayList<>();
    for (Map<String, Object> row : rows(table)) {
      Object cell = row.get(key);
      if (cell == null) {
        throw new IllegalArgumentException("no column '" + key + "' but " + row.keySet());
      }
      cells.add(cell);
    }
    return cells;
  }

  /**
   * What a script would read of the figures.
   *
   * @return the values by key, in order
   */
  public Map<String, Object> values() {
    return values;
  }

  /**
   * The free lines.
   *
   * @return the lines, in order
   */
  public List<String> lines() {
    return lines;
  }

  /**
   * The reports of progress.
   *
   * @return the reports, in order
   */
  public List<String> progress() {
    return progress;
  }

  @Override
  public void table(String name, Column... columns) {
    endTable();
    openTable = tables.computeIfAbsent(name, absent -> new ArrayList<>());
    openText = new TextTable(columns);
  }

  @Override
  public void row(Object... cells) {
    TextTable table = openText;
    if (table == null) {
      throw new IllegalStateException("a row without a table: " + List.of(cells));
    }
    openTable.add(table.add(cells));
    rows++;
  }

  @Override
  public void line(String line) {
    if (line.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a line with a line break: " + line);
    }
    flushTable();
    lines.add(line);
    text.append(line).append('\n');
  }

  @Override
  public void value(String key, Object value) {
    flushTable();
    values.put(key, value);
    text.append(key.replace('_', ' ')).append(": ").append(value).append('\n');
  }

  @Override
  public void progress(String report) {
    progress.add(report);
  }

  @Override
  public boolean isCancelled() {
    String part = cancelAtProgress;
    return rows >= cancelAfterRows || part != null && progress.stream().anyMatch(report -> report.contains(part));
  }

  /** A free line between rows does not end their table. */
  private void flushTable() {
    if (openText != null) {
      openText.printTo(text);
    }
  }

  private void endTable() {
    flushTable();
    openText = null;
  }
}
