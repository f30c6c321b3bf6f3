package org.sluice.host.console;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Output for people: aligned columns. The first rows of a table are held back to learn how wide its columns are; rows
 * after those are sent as they come. A cell that is wider than its column pushes the rest of its line aside.
 */
final class TextOutput extends RenderedOutput {
  private static final int ROWS_MEASURED = 256;
  /** One long cell must not blow up its column for every other row. */
  private static final int WIDEST = 60;
  private static final String GAP = "  ";

  private final StringBuilder text = new StringBuilder();
  private final List<String[]> held = new ArrayList<>();
  private Column[] columns = {};
  private int @Nullable [] widths;
  private int tables;

  TextOutput(OutputSink sink, Invocation invocation) {
    super(sink, invocation);
  }

  @Override
  public void table(String name, Column... tableColumns) {
    flush();
    columns = tableColumns.clone();
    widths = null;
  }

  @Override
  public void row(Object... cells) {
    check(columns, cells);
    String[] row = new String[cells.length];
    for (int i = 0; i < cells.length; i++) {
      row[i] = printable(cells[i].toString());
    }
    held.add(row);
    if (held.size() >= ROWS_MEASURED) {
      flush();
    }
  }

  @Override
  public void line(String line) {
    flush();
    send(text.append(printable(line)).append('\n'));
  }

  @Override
  public void value(String key, Object value) {
    line(key.replace('_', ' ') + ": " + value);
  }

  @Override
  boolean isJson() {
    return false;
  }

  @Override
  void finish(@Nullable String error) {
    flush();
  }

  @Override
  void flush() {
    if (held.isEmpty()) {
      return;
    }
    int[] measured = widths;
    if (measured == null) {
      measured = widths = measure();
      String[] titles = new String[columns.length];
      for (int i = 0; i < titles.length; i++) {
        titles[i] = columns[i].title();
      }
      if (tables++ > 0) {
        text.append('\n');
      }
      append(titles, measured);
    }
    for (String[] row : held) {
      append(row, measured);
    }
    held.clear();
    send(text);
  }

  private int[] measure() {
    int[] result = new int[columns.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = Math.max(Math.abs(columns[i].minWidth()), length(columns[i].title()));
      for (String[] row : held) {
        result[i] = Math.max(result[i], Math.min(length(row[i]), WIDEST));
      }
    }
    return result;
  }

  private void append(String[] cells, int[] measured) {
    int start = text.length();
    for (int i = 0; i < cells.length; i++) {
      String blanks = " ".repeat(Math.max(0, measured[i] - length(cells[i])));
      boolean right = columns[i].minWidth() < 0;
      text.append(i == 0 ? "" : GAP).append(right ? blanks : "").append(cells[i]).append(right ? "" : blanks);
    }
    int end = text.length();
    while (end > start && text.charAt(end - 1) == ' ') {
      end--;
    }
    text.setLength(end);
    text.append('\n');
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  /** Names and messages may come from far away: they must not steer the terminal. */
  private static String printable(String text) {
    return text.chars().noneMatch(Character::isISOControl) ? text : text.replaceAll("\\p{Cntrl}", "?");
  }
}
