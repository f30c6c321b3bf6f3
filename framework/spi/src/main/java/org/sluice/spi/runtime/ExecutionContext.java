package org.sluice.spi.runtime;

/**
 * Whoever may own a session, a connection, a timer or one side of a FIFO: a worker, an application's own thread, or an
 * actor of a simulation. Ownership is asserted ({@code assert owner.isCurrent()}), so it costs nothing in production.
 */
public interface ExecutionContext {

  /**
   * Whether the caller runs in this context now. Called from any thread; never blocks.
   *
   * @return true when the caller may touch what this context owns
   */
  boolean isCurrent();

  /**
   * The name shown in assertion messages and on the console, for example {@code worker-1}.
   *
   * @return a short name, unique in the process
   */
  String name();
}
