package org.sluice.plugin.http.resource;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.sluice.plugin.http.Status;

/**
 * The path of a target, decoded.
 *
 * @param segments between the slashes; none is empty, a dot or two dots, or has a slash, a backslash or a control
 *     character in it
 * @param isDirectory whether it ends with a slash
 */
public record PathName(List<String> segments, boolean isDirectory) {

  /** Copies the segments. */
  public PathName {
    segments = List.copyOf(segments);
  }

  /**
   * Decodes a path; an empty one is that of the root. Split comes before decoding, so that an encoded slash separates
   * nothing.
   *
   * @throws Refusal BAD_REQUEST for a broken escape, NUL, or what is not UTF-8; NOT_FOUND for what no file here is
   *     called
   */
  public static PathName decode(byte[] text, int from, int to) throws Refusal {
    List<String> segments = new ArrayList<>();
    int at = from;
    while (at < to) {
      // At a slash.
      int end = ++at;
      while (end < to && text[end] != '/') {
        end++;
      }
      if (at == to) {
        return new PathName(segments, true);
      }
      segments.add(segment(text, at, end));
      at = end;
    }
    return new PathName(segments, segments.isEmpty());
  }

  private static String segment(byte[] text, int from, int to) throws Refusal {
    byte[] bytes = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      byte b = text[i];
      if (b == '%') {
        int high = to - i > 2 ? Character.digit(text[i + 1], 16) : -1;
        int low = to - i > 2 ? Character.digit(text[i + 2], 16) : -1;
        if (high < 0 || low < 0) {
          throw new Refusal(Status.BAD_REQUEST);
        }
        b = (byte) (high << 4 | low);
        i += 2;
      }
      if (b == 0) {
        throw new Refusal(Status.BAD_REQUEST);
      }
      bytes[length++] = b;
    }
    String name = utf8(bytes, length);
    if (name.isEmpty() || name.equals(".") || name.equals("..")
        || name.chars().anyMatch(c -> Character.isISOControl(c) || c == '/' || c == '\\')) {
      throw new Refusal(Status.NOT_FOUND);
    }
    return name;
  }

  private static String utf8(byte[] bytes, int length) throws Refusal {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
    } catch (CharacterCodingException e) {
      throw new Refusal(Status.BAD_REQUEST);
    }
  }
}
