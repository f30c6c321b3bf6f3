package org.sluice.testkit.runtime;

/** Who takes turns beside the workers in a {@link DeterministicRuntime}: a wire, a peer, an application's thread. */
public interface SimulatedContext {

  /**
   * Does what there is to do now, and not more than a worker would in one turn.
   *
   * @return how much was done; 0 when there was nothing
   */
  int turn();

  /**
   * How long there will be nothing to do unless another context brings work.
   *
   * @param nowNs the time
   * @return nanoseconds; 0 when work waits, {@link Long#MAX_VALUE} when only others can bring it
   */
  long idleNs(long nowNs);

  /**
   * Whether it is asked for a turn whenever others have worked, because it cannot tell by itself when work came to it.
   *
   * @return false when {@link #idleNs} knows all of it
   */
  default boolean looksAfterWork() {
    return true;
  }
}
