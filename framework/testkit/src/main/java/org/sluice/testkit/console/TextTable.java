package org.sluice.testkit.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.console.ConsoleOutput.Indented;

/** A table as text: a header, and columns as wide as their widest cell. */
final class TextTable {
  private static final String GAP = "  ";

  private final Column[] columns;
  private final int[] widths;
  private final List<String[]> waiting = new ArrayList<>();
  private boolean begun;

  TextTable(Column[] columns) {
    this.columns = columns.clone();
    widths = new int[columns.length];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(Math.abs(columns[i].minWidth()), columns[i].title().length());
    }
  }

  /** Adds a row; returns its cells by key. */
  Map<String, Object> add(Object[] cells) {
    if (cells.length != columns.length) {
      throw new IllegalStateException("a row of " + cells.length + " cells in a table of " + columns.length
          + " columns: " + List.of(cells));
    }
    Map<String, Object> byKey = new LinkedHashMap<>();
    String[] row = new String[cells.length];
    for (int i = 0; i < cells.length; i++) {
      Object cell = Objects.requireNonNull(cells[i], columns[i].key());
      byKey.put(columns[i].key(), cell instanceof Indented indented ? indented.text() : cell);
      row[i] = cell.toString();
    }
    waiting.add(row);
    return byKey;
  }

  /** Prints the rows that were added since the last time; the first time sets the widths. */
  void printTo(StringBuilder text) {
    if (waiting.isEmpty()) {
      return;
    }
    if (!begun) {
      begun = true;
      String[] titles = new String[columns.length];
      for (int i = 0; i < titles.length; i++) {
        titles[i] = columns[i].title();
        for (String[] row : waiting) {
          widths[i] = Math.max(widths[i], row[i].length());
        }
      }
      print(titles, text);
    }
    waiting.forEach(row -> print(row, text));
    waiting.clear();
  }

  private void print(String[] cells, StringBuilder text) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      String blanks = " ".repeat(Math.max(0, widths[i] - cells[i].length()));
      boolean right = columns[i].minWidth() < 0;
      line.append(i == 0 ? "" : GAP).append(right ? blanks : "").append(cells[i]).append(right ? "" : blanks);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }
}
