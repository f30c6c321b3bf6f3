package org.sluice.testkit.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.console.ConsoleOutput;

/** What a command has put out, kept for assertions. Written by the command's thread, read after it has ended. */
public final class RecordedOutput implements ConsoleOutput {
  private final Map<String, List<List<Object>>> tables = new LinkedHashMap<>();
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final List<String> lines = new ArrayList<>();
  private final List<String> progress = new CopyOnWriteArrayList<>();
  private List<List<Object>> rows = new ArrayList<>();
  private int width;
  private volatile @Nullable String cancelText;

  /** An output that nothing was written to. */
  public RecordedOutput() {}

  /**
   * Gives up as soon as such a progress is shown.
   *
   * @param text part of the progress
   */
  public void cancelOn(String text) {
    cancelText = text;
  }

  /**
   * The rows of a table.
   *
   * @param name the table
   * @return its rows, empty when there is no such table
   */
  public List<List<Object>> rows(String name) {
    return tables.getOrDefault(name, List.of());
  }

  /**
   * The figures.
   *
   * @return by key, in order
   */
  public Map<String, Object> values() {
    return values;
  }

  /**
   * The free lines.
   *
   * @return in order
   */
  public List<String> lines() {
    return lines;
  }

  /**
   * The texts of progress so far. Any thread.
   *
   * @return in order
   */
  public List<String> progress() {
    return progress;
  }

  @Override
  public void table(String name, Column... columns) {
    width = columns.length;
    rows = new ArrayList<>();
    tables.put(name, rows);
  }

  @Override
  public void row(Object... cells) {
    if (cells.length != width) {
      throw new IllegalArgumentException(cells.length + " cells in a table of " + width + " columns");
    }
    rows.add(List.of(cells));
  }

  @Override
  public void line(String line) {
    lines.add(line);
  }

  @Override
  public void value(String key, Object value) {
    values.put(key, value);
  }

  @Override
  public void progress(String text) {
    progress.add(text);
  }

  @Override
  public boolean isCancelled() {
    String text = cancelText;
    return text != null && progress.stream().anyMatch(shown -> shown.contains(text));
  }
}
