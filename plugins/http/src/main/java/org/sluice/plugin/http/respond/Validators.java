package org.sluice.plugin.http.respond;

import java.util.concurrent.TimeUnit;
import org.sluice.plugin.http.resource.Document;

/**
 * What tells one content of a file from another (RFC 9110 section 8.8): when it was modified and how long it is.
 *
 * @param opaque the entity tag with its quotes
 * @param isStrong whether content that differs is sure to have another tag and time: not while the file is so young
 *     that it could change again without a change of its time
 * @param modifiedS the time, in seconds since 1970
 */
record Validators(String opaque, boolean isStrong, long modifiedS) {
  private static final int YOUNG_S = 2;
  private static final String WEAK = "W/";

  static Validators of(Document document, long nowS) {
    long modifiedS = TimeUnit.NANOSECONDS.toSeconds(document.modifiedNs());
    String opaque = '"' + Long.toHexString(document.modifiedNs()) + '-' + Long.toHexString(document.sizeBytes()) + '"';
    return new Validators(opaque, nowS - modifiedS >= YOUNG_S, modifiedS);
  }

  /** The entity tag as it is sent. */
  String entityTag() {
    return isStrong ? opaque : WEAK + opaque;
  }

  /** Whether a tag names this very content, byte by byte. */
  boolean matchesStrongly(String tag) {
    return isStrong && tag.equals(opaque);
  }

  /** Whether a tag names content that does as well. */
  boolean matchesWeakly(String tag) {
    return (tag.startsWith(WEAK) ? tag.substring(WEAK.length()) : tag).equals(opaque);
  }
}
