package org.sluice.plugin.http.server;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A response as a client reads it.
 *
 * @param status the line without the version
 * @param fields by name in lower case
 * @param content the body, each byte a character
 * @param end where the next one begins
 */
record HttpReply(String status, Map<String, String> fields, String content, int end) {

  static HttpReply parse(byte[] all, int from, boolean headOnly) {
    String text = new String(all, from, all.length - from, StandardCharsets.ISO_8859_1);
    int headEnd = text.indexOf("\r\n\r\n");
    if (headEnd < 0 || !text.startsWith("HTTP/1.1 ")) {
      throw new AssertionError("no response: " + text);
    }
    String[] lines = text.substring(0, headEnd).split("\r\n", -1);
    Map<String, String> fields = new TreeMap<>();
    for (String line : Arrays.asList(lines).subList(1, lines.length)) {
      int colon = line.indexOf(": ");
      if (fields.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2)) != null) {
        throw new AssertionError("twice: " + line);
      }
    }
    String status = lines[0].substring("HTTP/1.1 ".length());
    int start = from + headEnd + 4;
    boolean hasBody = !headOnly && !status.startsWith("304");
    int length = hasBody ? Integer.parseInt(fields.get("content-length")) : 0;
    return new HttpReply(status, fields,
        new String(all, start, Math.min(all.length - start, length), StandardCharsets.ISO_8859_1), start + length);
  }

  int code() {
    return Integer.parseInt(status.substring(0, 3));
  }

  String field(String name) {
    return fields.getOrDefault(name, "");
  }

  byte[] body() {
    return content.getBytes(StandardCharsets.ISO_8859_1);
  }

  String text() {
    return new String(body(), StandardCharsets.UTF_8);
  }
}
