package org.sluice.spi.runtime;

import java.util.function.BiConsumer;

/** The named counters of one scope: a plugin, or the stack itself. */
public interface Counters {

  /**
   * The counter of that name, made at the first call. Allocates; call at start-up and keep the result.
   *
   * @param name lower-case words joined by dots, for example {@code session.error.noroute}; prefixed by the scope
   * @param description one sentence for the operator
   * @return the counter
   */
  Counter counter(String name, String description);

  /**
   * Calls the visitor with each counter's full name, in order. Any thread.
   *
   * @param visitor takes the name and the counter
   */
  void forEach(BiConsumer<String, Counter> visitor);
}
