package org.sluice.spi.memory;

/** Ends the sleep of the consumer of an {@link EventQueue}. */
@FunctionalInterface
public interface Waker {

  /** Called by a producer, in its own context, at most once per sleep. It must not block or throw. */
  void wake();
}
