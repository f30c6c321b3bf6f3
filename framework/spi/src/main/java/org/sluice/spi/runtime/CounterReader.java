package org.sluice.spi.runtime;

/** The counters of all scopes, the stack's and every plugin's, to be read and not counted in. Any thread. */
@FunctionalInterface
public interface CounterReader {

  /** Takes counters one by one. */
  @FunctionalInterface
  interface Visitor {

    /**
     * Takes one.
     *
     * @param fullName scope and name, for example {@code tcp.retransmitted}
     * @param description the sentence for the operator
     * @param counter to be read by {@link Counter#value()}, which adds up what the workers counted
     */
    void counter(String fullName, String description, Counter counter);
  }

  /**
   * Visits each counter there is now, scope by scope, in the order of their names. Takes no lock that a worker waits
   * for. Counters of a plugin that stops may be visited a last time.
   *
   * @param visitor takes them
   */
  void forEach(Visitor visitor);
}
