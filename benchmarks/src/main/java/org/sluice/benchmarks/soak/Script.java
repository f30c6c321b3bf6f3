package org.sluice.benchmarks.soak;

import java.util.SplittableRandom;
import org.sluice.core.stream.StreamSettings;

/**
 * One session, before it is played.
 *
 * @param seed drawn from this
 * @param forth from the client to the server
 * @param back from the server to the client; of 0 bytes where the session goes one way only
 * @param ending how it ends
 * @param clientSpinNs how long threads of the client spin
 * @param serverSpinNs how long threads of the server spin
 */
record Script(long seed, Way forth, Way back, Ending ending, long clientSpinNs, long serverSpinNs) {
  private static final long[] SPINS_NS = {0, 0, StreamSettings.DEFAULT_SPIN_NS, 2_000_000};

  static Script draw(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Way forth = Way.draw(random);
    Way back = random.nextBoolean() ? Way.draw(random) : Way.none();
    Ending ending = Ending.draw(random, forth, back);
    return new Script(seed, forth, back, ending, drawSpin(random), drawSpin(random));
  }

  private static long drawSpin(SplittableRandom random) {
    return SPINS_NS[random.nextInt(SPINS_NS.length)];
  }

  boolean isTwoWay() {
    return back.bytes() > 0;
  }

  /** Nobody ends it before all is said. */
  boolean isClean() {
    return ending.kind() == Ending.Kind.HALF_CLOSE;
  }

  Way from(End end) {
    return end == End.CLIENT ? forth : back;
  }

  long spinNs(End end) {
    return end == End.CLIENT ? clientSpinNs : serverSpinNs;
  }
}
