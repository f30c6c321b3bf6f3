package org.sluice.plugin.http.parse;

import org.jspecify.annotations.Nullable;

/** The header fields that this server acts on. */
public enum Field {
  /** Which site is meant. */
  HOST("host"),
  /** Whether the connection goes on. */
  CONNECTION("connection"),
  /** The length of a body. */
  CONTENT_LENGTH("content-length"),
  /** How a body is framed. */
  TRANSFER_ENCODING("transfer-encoding"),
  /** Whether the client waits before it sends a body. */
  EXPECT("expect"),
  /** The part that is wanted. */
  RANGE("range"),
  /** When the part is of use. */
  IF_RANGE("if-range"),
  /** What must be here. */
  IF_MATCH("if-match"),
  /** What the client has. */
  IF_NONE_MATCH("if-none-match"),
  /** Since when the client has it. */
  IF_MODIFIED_SINCE("if-modified-since"),
  /** Since when it must be here. */
  IF_UNMODIFIED_SINCE("if-unmodified-since");

  /** The longest name. */
  static final int MAX_NAME_BYTES = 19;

  private static final Field[] ALL = values();

  private final String lowerCase;

  Field(String lowerCase) {
    this.lowerCase = lowerCase;
  }

  /** The field of that name in whatever case, or null. */
  static @Nullable Field of(byte[] text, int from, int to) {
    for (Field field : ALL) {
      if (Ascii.equalIgnoringCase(text, from, to, field.lowerCase)) {
        return field;
      }
    }
    return null;
  }
}
