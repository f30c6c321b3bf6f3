package org.sluice.plugin.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loss detection against a model that looks at every segment: it knows of no jumps, and of no order of sending. */
class RackModelTest {
  private static final int MSS = 100;
  private static final long MIN_RTT_US = 10_000;
  private static final int ROUNDS = 50;
  private static final int STEPS = 80;
  private static final int MOST = 60;

  private final SentSegments segments = new SentSegments(64);
  private final RackTlp rack = new RackTlp();
  private final DeliveryRate rate = new DeliveryRate();
  private Model model = new Model(0);
  private int una;
  private long nowUs;
  private String place = "";
  private long lostByTime;
  private long lostByCount;
  private long waits;

  private static final class Sent {
    final int end;
    long lastUs;
    boolean again;
    boolean sacked;
    boolean lost;
    boolean copy;

    Sent(int end, long nowUs) {
      this.end = end;
      lastUs = nowUs;
    }

    boolean inFlight() {
      return !sacked && (!lost || copy);
    }
  }

  /** RFC 8985 section 6.2, as it is written. */
  private static final class Model {
    final List<Sent> sent = new ArrayList<>();
    private boolean seen;
    private long newestUs;
    private int newestEnd;
    private long rttUs;
    private int highest;
    private boolean reordering;
    private boolean windowPassed;
    private long newlyLost;

    Model(int una) {
      highest = una;
    }

    void delivered(Sent one, long nowUs, long echoUs) {
      if (one.end - highest > 0) {
        highest = one.end;
      } else if (one.end != highest && !one.again) {
        reordering = true;
      }
      long rtt = nowUs - one.lastUs;
      if (one.again && (echoUs < one.lastUs || rtt < MIN_RTT_US)) {
        return;
      }
      if (!seen || sentAfter(one.lastUs, one.end, newestUs, newestEnd)) {
        seen = true;
        newestUs = one.lastUs;
        newestEnd = one.end;
        rttUs = rtt;
      }
    }

    /** Marks what is lost; returns how long until something more is, 0 for never. */
    long detect(long nowUs, long smoothedUs, boolean inRecovery) {
      newlyLost = 0;
      long sacked = sent.stream().filter(one -> one.sacked).count();
      windowPassed = reordering || !inRecovery && sacked < 3;
      long windowUs = windowPassed ? Math.min(MIN_RTT_US / 4, smoothedUs) : 0;
      long timeoutUs = 0;
      for (Sent one : sent) {
        if (seen && one.inFlight() && sentAfter(newestUs, newestEnd, one.lastUs, one.end)) {
          long leftUs = one.lastUs + rttUs + windowUs - nowUs;
          timeoutUs = Math.max(timeoutUs, leftUs);
          if (leftUs <= 0) {
            one.lost = true;
            one.copy = false;
            newlyLost++;
          }
        }
      }
      return timeoutUs;
    }

    private static boolean sentAfter(long us1, int end1, long us2, int end2) {
      return us1 > us2 || us1 == us2 && end1 - end2 > 0;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void P10_P26_RFC8985_6_2_loss_and_flight_agree_with_a_model_of_segments(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS; round++) {
      una = random.nextInt(-2_000, 0);
      segments.reset(una);
      segments.segmentBytes(MSS);
      rack.reset(una);
      rate.reset();
      model = new Model(una);
      boolean orderly = random.nextBoolean();
      for (int step = 0; step < STEPS; step++) {
        place = "seed " + seed + " round " + round + " step " + step;
        nowUs += random.nextInt(5_000);
        switch (random.nextInt(5)) {
          case 0, 1 -> send(random.nextInt(1, 5));
          case 2 -> acknowledge(random, orderly);
          case 3 -> resend();
          default -> {
            rack.beginTimer(nowUs);
            detect(random);
          }
        }
        check();
      }
    }
    assertThat(List.of(lostByTime, lostByCount, waits)).as("nothing of it has happened").doesNotContain(0L);
  }

  private void send(int count) {
    for (int i = 0; i < count && segments.count() < MOST; i++) {
      segments.append(MSS, nowUs);
      model.sent.add(new Sent(segments.end(), nowUs));
    }
  }

  /** An acknowledgement of some of it, with a block; in an orderly round none that was overtaken arrives. */
  private void acknowledge(SplittableRandom random, boolean orderly) {
    int count = model.sent.size();
    if (count == 0) {
      return;
    }
    long echoUs = random.nextBoolean() ? Long.MAX_VALUE : nowUs - random.nextInt(30_000);
    rack.begin(nowUs, MIN_RTT_US, echoUs);
    int covered = 0;
    while (covered < count && random.nextInt(4) > 0 && (!orderly || arrivesInOrder(model.sent.get(covered)))) {
      covered++;
    }
    long expected = 0;
    for (Sent one : List.copyOf(model.sent.subList(0, covered))) {
      expected += deliver(one, echoUs);
      model.sent.remove(one);
    }
    una += covered * MSS;
    assertThat(segments.acknowledge(una, rack, rate)).as(place).isEqualTo(expected);
    int left = Math.max(una + MSS * random.nextInt(count), orderly ? model.highest : una);
    int right = left + MSS * random.nextInt(1, 4);
    expected = 0;
    if (right - segments.end() <= 0) {
      for (Sent one : model.sent) {
        expected += one.end - left > 0 && one.end - right <= 0 ? deliver(one, echoUs) : 0;
      }
    }
    assertThat(segments.sack(left, right, rack, rate)).as(place).isEqualTo(expected);
    detect(random);
  }

  private boolean arrivesInOrder(Sent one) {
    return one.sacked || one.again || one.end - model.highest > 0;
  }

  private long deliver(Sent one, long echoUs) {
    if (one.sacked) {
      return 0;
    }
    model.delivered(one, nowUs, echoUs);
    one.sacked = true;
    one.lost = false;
    one.copy = false;
    return MSS;
  }

  private void detect(SplittableRandom random) {
    long smoothedUs = random.nextInt(20_000);
    boolean inRecovery = random.nextInt(3) == 0;
    long timeoutUs = model.detect(nowUs, smoothedUs, inRecovery);
    assertThat(rack.detectLoss(segments, una, smoothedUs, inRecovery)).as(place).isEqualTo(timeoutUs);
    assertThat(rack.newlyLostBytes()).as(place).isEqualTo(model.newlyLost * MSS);
    assertThat(rack.isReorderingSeen()).as(place).isEqualTo(model.reordering);
    lostByTime += model.windowPassed ? model.newlyLost : 0;
    lostByCount += model.windowPassed ? 0 : model.newlyLost;
    waits += timeoutUs > 0 ? 1 : 0;
  }

  private void resend() {
    int position = segments.nextLost();
    if (position >= 0) {
      segments.resent(position, nowUs);
      Sent one = model.sent.get(position);
      one.lastUs = nowUs;
      one.again = true;
      one.copy = true;
    }
  }

  private void check() {
    assertThat(segments.count()).as(place).isEqualTo(model.sent.size());
    long flight = 0;
    int nextLost = -1;
    for (int p = model.sent.size() - 1; p >= 0; p--) {
      Sent one = model.sent.get(p);
      assertThat(segments.isSacked(p)).as(place).isEqualTo(one.sacked);
      assertThat(segments.isLost(p)).as(place).isEqualTo(one.lost);
      flight += one.inFlight() ? MSS : 0;
      nextLost = one.lost && !one.copy ? p : nextLost;
    }
    assertThat(segments.flightBytes()).as(place).isEqualTo(flight);
    assertThat(segments.nextLost()).as(place).isEqualTo(nextLost);
    assertThat(segments.hasReneged()).as(place).isEqualTo(!model.sent.isEmpty() && model.sent.getFirst().sacked);
  }
}
