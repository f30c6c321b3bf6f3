package org.sluice.host.console;

import java.util.ArrayDeque;
import java.util.Deque;

/** Writes JSON (RFC 8259) into a builder; the caller keeps the nesting right. */
final class JsonWriter {
  private final StringBuilder target;
  /** For each open object or array, whether it has a member already. */
  private final Deque<Boolean> open = new ArrayDeque<>();
  private boolean named;
  private boolean breakLine;

  JsonWriter(StringBuilder target) {
    this.target = target;
  }

  JsonWriter begin(char bracket) {
    separate();
    target.append(bracket);
    open.push(false);
    return this;
  }

  JsonWriter end(char bracket) {
    open.pop();
    target.append(bracket);
    return this;
  }

  /** Starts a member of an object. */
  JsonWriter name(String name) {
    separate();
    quote(name);
    target.append(':');
    named = true;
    return this;
  }

  /** A finite number, a boolean, or the text of anything else; JSON knows neither infinity nor NaN. */
  JsonWriter value(Object value) {
    separate();
    boolean fraction = value instanceof Double || value instanceof Float;
    if (fraction && !Double.isFinite(((Number) value).doubleValue())) {
      target.append("null");
    } else if (value instanceof Number || value instanceof Boolean) {
      target.append(value);
    } else {
      quote(value.toString());
    }
    return this;
  }

  /** The next member starts on a line of its own, for readers and line-wise tools. */
  JsonWriter onNewLine() {
    breakLine = true;
    return this;
  }

  private void separate() {
    if (named) {
      named = false;
    } else if (!open.isEmpty()) {
      target.append(open.pop() ? "," : "").append(breakLine ? "\n" : "");
      open.push(true);
    }
    breakLine = false;
  }

  private void quote(String text) {
    target.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> target.append('\\').append(c);
        case '\n' -> target.append("\\n");
        case '\r' -> target.append("\\r");
        case '\t' -> target.append("\\t");
        default -> {
          if (c < 0x20 || c == 0x7f || Character.isSurrogate(c)) {
            target.append("\\u%04x".formatted((int) c));
          } else {
            target.append(c);
          }
        }
      }
    }
    target.append('"');
  }
}
