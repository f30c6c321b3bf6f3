package org.sluice.plugin.lab;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A connect of an application of the bench.
 *
 * @param opaque what tells it from others that wait
 * @param uri where to
 * @param answer completes with what became of it
 */
record LabConnect(long opaque, String uri, CompletableFuture<Outcome> answer) {
  static final String PENDING = "pending";

  /** What became of it; null while it waits. */
  @Nullable Outcome outcome() {
    return answer.getNow(null);
  }

  /** The word for it. */
  String text() {
    Outcome known = outcome();
    return known == null ? PENDING : known.text();
  }
}
