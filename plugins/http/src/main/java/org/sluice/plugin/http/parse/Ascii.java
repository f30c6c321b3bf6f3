package org.sluice.plugin.http.parse;

/** Comparisons of bytes with words, and what kinds of bytes RFC 9110 and RFC 3986 know. */
final class Ascii {
  static final byte SP = ' ';
  static final byte HTAB = '\t';
  static final byte CR = '\r';
  static final byte LF = '\n';

  private static final int TOKEN = 1;
  private static final int TEXT = 2;
  private static final int HOST = 4;
  private static final byte[] KINDS = kinds();

  private Ascii() {}

  private static byte[] kinds() {
    byte[] kinds = new byte[256];
    for (int i = 0; i < kinds.length; i++) {
      boolean alphanumeric = i < 128 && Character.isLetterOrDigit(i);
      boolean token = alphanumeric || "!#$%&'*+-.^_`|~".indexOf(i) >= 0;
      boolean host = alphanumeric || "-._~%!$&'()*+,;=".indexOf(i) >= 0;
      boolean text = i >= ' ' && i != 127 || i == HTAB;
      kinds[i] = (byte) ((token ? TOKEN : 0) | (text ? TEXT : 0) | (host ? HOST : 0));
    }
    return kinds;
  }

  /** May stand in a method or field name. */
  static boolean isToken(byte b) {
    return (KINDS[b & 0xff] & TOKEN) != 0;
  }

  /** May stand in a field value: no control character but the tab. */
  static boolean isText(byte b) {
    return (KINDS[b & 0xff] & TEXT) != 0;
  }

  /** May stand in a registered name. */
  static boolean isHost(byte b) {
    return (KINDS[b & 0xff] & HOST) != 0;
  }

  static boolean isVisible(byte b) {
    return b > SP && b < 127;
  }

  static boolean isBlank(byte b) {
    return b == SP || b == HTAB;
  }

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  static boolean equal(byte[] text, int from, int to, String word) {
    if (to - from != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (text[from + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  static boolean equalIgnoringCase(byte[] text, int from, int to, String lowerCase) {
    return to - from == lowerCase.length() && startsWithIgnoringCase(text, from, to, lowerCase);
  }

  static boolean startsWithIgnoringCase(byte[] text, int from, int to, String lowerCase) {
    if (to - from < lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < lowerCase.length(); i++) {
      byte b = text[from + i];
      if ((b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
