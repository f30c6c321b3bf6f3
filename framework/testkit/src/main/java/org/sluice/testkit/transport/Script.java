package org.sluice.testkit.transport;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.runtime.Workers;

/**
 * Plays the peers of a {@link ScriptedTransport}: draws for each connect what becomes of it, after how long, and on
 * which workers its answer and its end are reported. All from one seed, in the time of the stack.
 */
public final class Script {
  /** What may become of a connect. */
  public enum Outcome {
    /** The peer answers. */
    ANSWER,
    /** The peer refuses. */
    REFUSE,
    /** Nobody answers until the transport gives up. */
    TIME_OUT,
    /** The transport gives up, and then the peer answers. */
    LATE,
    /** Nobody answers and the transport never gives up. */
    NEVER
  }

  private final RandomGenerator random;
  private final Workers workers;
  private final Map<Outcome, Integer> weights = new EnumMap<>(Outcome.class);
  private final Map<Outcome, Integer> played = new EnumMap<>(Outcome.class);
  private long timeoutNs = Duration.ofSeconds(1).toNanos();
  private int lateTaken;

  /**
   * Makes a script in which each peer answers.
   *
   * @param random decides; not shared with others
   * @param workers those of the stack
   */
  public Script(RandomGenerator random, Workers workers) {
    this.random = random;
    this.workers = workers;
    weights.put(Outcome.ANSWER, 1);
  }

  /**
   * Sets how often something happens, in proportion to the other weights.
   *
   * @param outcome what
   * @param weight 0 for never
   * @return this
   */
  public Script weight(Outcome outcome, int weight) {
    weights.put(outcome, weight);
    return this;
  }

  /**
   * Sets when the transport gives up; peers answer before that, and late ones after it.
   *
   * @param timeout more than 0
   * @return this
   */
  public Script timeout(Duration timeout) {
    timeoutNs = timeout.toNanos();
    return this;
  }

  /**
   * How many connects had a fate.
   *
   * @param outcome which
   * @return count
   */
  public int played(Outcome outcome) {
    return played.getOrDefault(outcome, 0);
  }

  /**
   * Answers that came too late and that the session layer took all the same.
   *
   * @return count; 0 unless the layer is wrong
   */
  public int lateTaken() {
    return lateTaken;
  }

  /** Worker 0. */
  void play(ScriptedTransport transport, ScriptedConnection halfOpen) {
    Outcome outcome = draw();
    played.merge(outcome, 1, Integer::sum);
    Worker answering = anyWorker();
    Worker letting = anyWorker();
    long earlyNs = random.nextLong(timeoutNs);
    long lateNs = timeoutNs + 1 + random.nextLong(timeoutNs);
    switch (outcome) {
      case ANSWER -> after(earlyNs, answering, () -> {
        transport.answer(halfOpen, answering);
        letGo(transport, halfOpen, letting);
      });
      case REFUSE -> after(earlyNs, answering, () -> {
        transport.refuse(halfOpen, SessionError.REFUSED);
        letGo(transport, halfOpen, letting);
      });
      case TIME_OUT, LATE -> after(timeoutNs, workers.worker(0), () -> {
        transport.refuse(halfOpen, SessionError.TIMEDOUT);
        transport.requestDeleteOf(halfOpen);
      });
      case NEVER -> {}
    }
    if (outcome == Outcome.LATE) {
      after(lateNs, answering, () -> lateTaken += transport.answer(halfOpen, answering).session < 0 ? 0 : 1);
    }
  }

  private Outcome draw() {
    int left = random.nextInt(weights.values().stream().mapToInt(Integer::intValue).sum());
    for (Map.Entry<Outcome, Integer> entry : weights.entrySet()) {
      left -= entry.getValue();
      if (left < 0) {
        return entry.getKey();
      }
    }
    throw new AssertionError("no outcome was drawn of " + weights);
  }

  private Worker anyWorker() {
    return workers.worker(random.nextInt(workers.count()));
  }

  private static void letGo(ScriptedTransport transport, ScriptedConnection halfOpen, Worker worker) {
    worker.newControlSlot(() -> transport.delete(halfOpen)).post();
  }

  private void after(long delayNs, Worker worker, Runnable action) {
    Worker main = workers.worker(0);
    main.newTimer(nowNs -> worker.newControlSlot(action).post()).schedule(main.nowNs() + delayNs);
  }
}
