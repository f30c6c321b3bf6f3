package org.sluice.core.runtime;

import org.sluice.spi.runtime.Worker;

/** Told about exceptions that reached the event loop. The loop goes on in any case. */
@FunctionalInterface
public interface FaultHandler {

  /**
   * Called on the worker. At most {@link StackWorker#FAULTS_REPORTED_PER_SECOND} per worker and second are reported;
   * all are counted.
   *
   * @param worker where it happened
   * @param scope whose code it was: a plugin's id, or the stack's own scope
   * @param what what was running, for example {@code message}, {@code timer}
   * @param fault what was thrown
   */
  void onFault(Worker worker, String scope, String what, Throwable fault);
}
