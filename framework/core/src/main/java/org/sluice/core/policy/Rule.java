package org.sluice.core.policy;

import java.nio.charset.StandardCharsets;

/**
 * A rule.
 *
 * @param protocol the slot of the protocol's name
 * @param key what it matches
 * @param action what becomes of that
 * @param tag the name it can be deleted by, unique in its table; empty for none
 */
public record Rule(int protocol, RuleKey key, RuleAction action, String tag) {
  /** The longest tag, in bytes of UTF-8. */
  public static final int MAX_TAG_BYTES = 64;

  /** Whether a tag is short enough. */
  static boolean isTag(String tag) {
    return tag.length() <= MAX_TAG_BYTES && tag.getBytes(StandardCharsets.UTF_8).length <= MAX_TAG_BYTES;
  }
}
