package org.sluice.core.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sluice.spi.network.IpAddress;

class DuplicateAddressDetectionTest {
  private static final long S = IpFixture.SECOND_NS;
  private static final IpAddress MINE = IpAddress.parse("fe80::7");
  private static final IpAddress OTHER = IpAddress.parse("fe80::8");

  private final IpFixture ip = new IpFixture();
  private final List<String> log = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(6);
  private long lastNonce;
  private long now;

  private final DuplicateAddressDetection.Listener listener = new DuplicateAddressDetection.Listener() {
    @Override
    public void onProbe(IpAddress address, long nonce) {
      lastNonce = nonce;
      log.add("probe " + address);
    }

    @Override
    public void onUnique(IpAddress address) {
      log.add("unique " + address);
    }

    @Override
    public void onDuplicate(IpAddress address) {
      log.add("duplicate " + address);
    }
  };

  private DuplicateAddressDetection detection(int transmits) {
    return new DuplicateAddressDetection(transmits, S, 2, listener, 0, ip.counters(), random);
  }

  private void pass(DuplicateAddressDetection detection, long ns) {
    long end = now + ns;
    while (detection.nextNs() != RouterDiscovery.NEVER && detection.nextNs() <= end) {
      now = detection.nextNs();
      detection.onTime(now);
    }
    now = end;
  }

  @Test
  void rfc4862_5_4_2_addressIsAskedFor_thenUnique() {
    DuplicateAddressDetection detection = detection(3);
    assertThat(detection.start(MINE, now)).isTrue();
    assertThat(detection.nextNs()).isBetween(0L, S);
    assertThat(detection.isTentative(MINE.high(), MINE.low())).isTrue();
    assertThat(detection.isTentative(OTHER.high(), OTHER.low())).isFalse();
    pass(detection, 3 * S);
    assertThat(log).containsExactly("probe fe80::7", "probe fe80::7", "probe fe80::7");
    pass(detection, S);
    assertThat(log).hasSize(4).endsWith("unique fe80::7");
    assertThat(detection.isTentative(MINE.high(), MINE.low())).isFalse();
    assertThat(detection.nextNs()).isEqualTo(RouterDiscovery.NEVER);
  }

  @Test
  void rfc4862_5_1_noTransmits_makeItUniqueAtOnce() {
    assertThat(detection(0).start(MINE, now)).isTrue();
    assertThat(log).containsExactly("unique fe80::7");
  }

  @Test
  void rfc4862_5_4_4_advertisement_makesItADuplicate() {
    DuplicateAddressDetection detection = detection(1);
    detection.start(MINE, now);
    assertThat(detection.onAdvertisement(OTHER.high(), OTHER.low())).isFalse();
    assertThat(detection.onAdvertisement(MINE.high(), MINE.low())).isTrue();
    pass(detection, 10 * S);
    assertThat(log).containsExactly("duplicate fe80::7");
    assertThat(ip.count("ip.dad.duplicate")).isOne();
  }

  @Test
  void rfc4862_5_4_3_somebodyElseWhoAsks_makesItADuplicate_whoLooksForANeighbourDoesNot() {
    DuplicateAddressDetection detection = detection(1);
    detection.start(MINE, now);
    assertThat(detection.onSolicitation(MINE.high(), MINE.low(), false, NdMessage.NONE)).isTrue();
    assertThat(log).isEmpty();
    assertThat(detection.onSolicitation(MINE.high(), MINE.low(), true, NdMessage.NONE)).isTrue();
    assertThat(log).containsExactly("duplicate fe80::7");
    assertThat(detection.onSolicitation(MINE.high(), MINE.low(), true, NdMessage.NONE)).isFalse();
  }

  @Test
  void rfc7527_4_2_ownQuestionThatComesBack_isNobodyElses() {
    DuplicateAddressDetection detection = detection(1);
    detection.start(MINE, now);
    pass(detection, S);
    assertThat(lastNonce).isBetween(0L, (1L << 48) - 1);
    assertThat(detection.onSolicitation(MINE.high(), MINE.low(), true, lastNonce)).isTrue();
    assertThat(ip.count("ip.dad.looped-back")).isOne();
    assertThat(detection.onSolicitation(MINE.high(), MINE.low(), true, lastNonce ^ 1)).isTrue();
    assertThat(log).containsExactly("probe fe80::7", "duplicate fe80::7");
  }

  @Test
  void addressesAreBounded_askedForOnce_andCanBeTakenAway() {
    DuplicateAddressDetection detection = detection(1);
    assertThat(detection.start(MINE, now)).isTrue();
    assertThat(detection.start(MINE, now)).isTrue();
    assertThat(detection.start(OTHER, now)).isTrue();
    assertThat(detection.start(IpAddress.parse("fe80::9"), now)).isFalse();
    assertThat(ip.count("ip.dad.limit")).isOne();
    detection.cancel(MINE);
    pass(detection, 10 * S);
    assertThat(log).containsExactly("probe fe80::8", "unique fe80::8");
  }
}
