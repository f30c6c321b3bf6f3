package org.sluice.plugin.http.parse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a request head says: method, target and the lines of the {@linkplain Field fields} that count. Their texts lie
 * in one array, one behind the other, and are named by where they begin and end. Filled by the session's {@link
 * RequestParser}; between a complete head and {@link RequestParser#reset} nobody changes it, and other threads that
 * were handed it may read it.
 */
public final class RequestHead {
  /** No line of that field. */
  public static final int ABSENT = -1;
  /** More than one line of that field. */
  public static final int SEVERAL = -2;

  private static final int FIRST_TEXT_BYTES = 256;
  private static final int FIRST_LINES = 8;

  // The parser's.
  int length;
  Method method = Method.UNKNOWN;
  int minorVersion;
  int targetTo;

  // The rules'.
  int pathFrom;
  int pathTo;
  boolean persistent;
  boolean hasBody;

  private byte[] text = new byte[FIRST_TEXT_BYTES];
  private Field[] fields = new Field[FIRST_LINES];
  private int[] starts = new int[FIRST_LINES];
  private int[] ends = new int[FIRST_LINES];
  private int lines;

  RequestHead() {}

  // ---- What was asked.

  /** The method. */
  public Method method() {
    return method;
  }

  /** The x of HTTP/1.x. */
  public int minorVersion() {
    return minorVersion;
  }

  /** All texts; see {@link #pathFrom}. */
  public byte[] text() {
    return text;
  }

  /** Where in {@link #text} the path of the target begins; percent-encoded as it came, at most empty. */
  public int pathFrom() {
    return pathFrom;
  }

  /** The end of the path. */
  public int pathTo() {
    return pathTo;
  }

  /** The end of the target; between it and the path is the query with its question mark. */
  public int targetTo() {
    return targetTo;
  }

  /** Whether the client wants to go on after this request. */
  public boolean isPersistent() {
    return persistent;
  }

  /** Whether a body follows, which this server does not read. */
  public boolean hasBody() {
    return hasBody;
  }

  // ---- Fields.

  /** The number of lines of known fields. */
  public int lines() {
    return lines;
  }

  /** What field a line is of. */
  public Field field(int line) {
    return fields[line];
  }

  /** The only line of a field, or {@link #ABSENT} or {@link #SEVERAL}. */
  public int find(Field field) {
    int found = ABSENT;
    for (int i = 0; i < lines; i++) {
      if (fields[i] == field) {
        if (found != ABSENT) {
          return SEVERAL;
        }
        found = i;
      }
    }
    return found;
  }

  /** The value of a line without the blanks around it. Allocates. */
  public String value(int line) {
    return new String(text, starts[line], ends[line] - starts[line], StandardCharsets.ISO_8859_1);
  }

  int start(int line) {
    return starts[line];
  }

  int end(int line) {
    return ends[line];
  }

  // ---- The parser's.

  void clear() {
    length = 0;
    lines = 0;
    method = Method.UNKNOWN;
    minorVersion = 0;
    targetTo = 0;
    pathFrom = 0;
    pathTo = 0;
    persistent = false;
    hasBody = false;
  }

  void append(byte b) {
    if (length == text.length) {
      text = Arrays.copyOf(text, 2 * length);
    }
    text[length++] = b;
  }

  void addLine(Field field, int start) {
    if (lines == fields.length) {
      fields = Arrays.copyOf(fields, 2 * lines);
      starts = Arrays.copyOf(starts, 2 * lines);
      ends = Arrays.copyOf(ends, 2 * lines);
    }
    fields[lines] = field;
    starts[lines] = start;
    ends[lines++] = length;
  }
}
