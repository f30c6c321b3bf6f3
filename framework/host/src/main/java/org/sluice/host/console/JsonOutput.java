package org.sluice.host.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Output for scripts: one object, whose members are the tables as arrays of objects, then the figures, the free lines
 * as {@code text}, and {@code error} when the command failed. Rows are sent as they come; what follows the tables is
 * kept until the end, because a key may stand in an object only once.
 */
final class JsonOutput extends RenderedOutput {
  /** Free lines are kept until the end; more than this are counted instead. */
  private static final int MAX_LINES = 10_000;
  private static final int CHUNK = 8 << 10;

  private final StringBuilder text = new StringBuilder();
  private final JsonWriter json = new JsonWriter(text);
  private final Map<String, Integer> tables = new HashMap<>();
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final List<String> lines = new ArrayList<>();
  private int droppedLines;
  private @Nullable String openTable;
  private Column[] columns = {};

  JsonOutput(OutputSink sink, Invocation invocation) {
    super(sink, invocation);
    json.begin('{');
  }

  @Override
  public void table(String name, Column... tableColumns) {
    columns = tableColumns.clone();
    if (name.equals(openTable)) {
      return;
    }
    closeTable();
    int number = tables.merge(name, 1, Integer::sum);
    json.name(number == 1 ? name : name + "_" + number).begin('[');
    openTable = name;
  }

  @Override
  public void row(Object... cells) {
    check(columns, cells);
    json.onNewLine().begin('{');
    for (int i = 0; i < cells.length; i++) {
      json.name(columns[i].key()).value(cells[i] instanceof Indented cell ? cell.text() : cells[i]);
    }
    json.end('}');
    if (text.length() >= CHUNK) {
      flush();
    }
  }

  @Override
  public void line(String line) {
    if (lines.size() < MAX_LINES) {
      lines.add(line);
    } else {
      droppedLines++;
    }
  }

  @Override
  public void value(String key, Object value) {
    values.put(key, value);
  }

  @Override
  boolean isJson() {
    return true;
  }

  @Override
  void finish(@Nullable String error) {
    closeTable();
    values.forEach((key, value) -> json.name(key).value(value));
    if (!lines.isEmpty()) {
      json.name("text").begin('[');
      lines.forEach(line -> json.onNewLine().value(line));
      json.end(']');
    }
    if (droppedLines > 0) {
      json.name("text_lines_dropped").value(droppedLines);
    }
    if (error != null) {
      json.name("error").value(error);
    }
    json.end('}');
    send(text.append('\n'));
  }

  @Override
  void flush() {
    send(text);
  }

  private void closeTable() {
    if (openTable != null) {
      json.end(']');
      openTable = null;
    }
  }
}
