package org.sluice.distribution;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads JSON by RFC 8259 and nothing beyond it; a key that an object has twice is refused too. */
final class Json {
  private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
  private static final Pattern STRING =
      Pattern.compile("\"((?:[^\"\\\\\\x00-\\x1f]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4})*+)\"");
  private static final Pattern LITERAL = Pattern.compile("true|false|null");

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /** A map, a list, or one of the words object, array, string, number, boolean and null for what is inside. */
  static Object parse(String text) {
    Json json = new Json(text);
    Object value = json.value();
    json.blanks();
    if (json.at < text.length()) {
      throw json.wrong("the end");
    }
    return value;
  }

  private Object value() {
    blanks();
    return switch (at < text.length() ? text.charAt(at) : 0) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> {
        String ignored = string();
        yield ignored == null ? "" : "string";
      }
      case 't', 'f', 'n' -> take(LITERAL, "a literal").equals("null") ? "null" : "boolean";
      default -> take(NUMBER, "a value").isEmpty() ? "" : "number";
    };
  }

  private Map<String, Object> object() {
    Map<String, Object> members = new LinkedHashMap<>();
    sequence('}', () -> {
      blanks();
      String key = string();
      blanks();
      expect(':');
      if (members.put(key, value()) != null) {
        throw wrong("a key other than '" + key + "', which is there already");
      }
      return key;
    });
    return members;
  }

  private List<Object> array() {
    List<Object> elements = new ArrayList<>();
    sequence(']', () -> elements.add(value()));
    return elements;
  }

  private void sequence(char end, Supplier<?> element) {
    at++;
    blanks();
    if (at < text.length() && text.charAt(at) == end) {
      at++;
      return;
    }
    while (true) {
      var _ = element.get();
      blanks();
      if (at < text.length() && text.charAt(at) == end) {
        at++;
        return;
      }
      expect(',');
    }
  }

  private String string() {
    String quoted = take(STRING, "a string");
    return quoted.substring(1, quoted.length() - 1);
  }

  private String take(Pattern pattern, String what) {
    Matcher matcher = pattern.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      throw wrong(what);
    }
    at = matcher.end();
    return matcher.group();
  }

  private void expect(char c) {
    if (at >= text.length() || text.charAt(at) != c) {
      throw wrong("'" + c + "'");
    }
    at++;
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException wrong(String wanted) {
    return new IllegalArgumentException("wanted " + wanted + " at " + at + " of: " + text);
  }
}
