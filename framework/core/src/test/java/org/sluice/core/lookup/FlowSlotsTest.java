package org.sluice.core.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.session.FlowKey;

/** What is in the array is only what is needed: else lookups would walk ever further. */
final class FlowSlotsTest {
  private static final long TAG_AND_PASSED = 0xff_ffff;
  private static final int SLOTS = 64;

  private final FlowHash hash = new FlowHash(new SplittableRandom(1));
  private final FlowKey key = new FlowKey();

  @ParameterizedTest
  @ValueSource(longs = {41, 42, 43, 44})
  void removal_in_any_order_leaves_neither_tags_nor_passers_by(long seed) {
    FlowSlots slots = new FlowSlots(SLOTS);
    List<Integer> flows = new ArrayList<>();
    for (int n = 0; n < SLOTS - 1; n++) {
      slots.insert(hash.of(Flows.ip4(key, n)), key, n);
      flows.add(n);
    }
    Collections.shuffle(flows, new Random(seed));
    for (int n : flows) {
      long keyHash = hash.of(Flows.ip4(key, n));
      slots.remove(slots.locate(keyHash, key), keyHash);
      assertThat(slots.find(keyHash, key)).isNegative();
    }
    for (int slot = 0; slot < SLOTS; slot++) {
      assertThat(slots.words[6 + 8 * slot] & TAG_AND_PASSED).as("head of slot %d, seed %d", slot, seed).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 600})
  void passers_by_beyond_what_is_counted_are_found_all_the_same(int flows) {
    FlowHash noSecrets = new FlowHash(Flows.NO_SECRETS);
    FlowSlots slots = new FlowSlots(1 << 10);
    for (int n = 0; n < flows; n++) {
      slots.insert(noSecrets.of(Flows.ip4(key, n)), key, n);
    }
    for (int n = 0; n < flows; n += 2) {
      long keyHash = noSecrets.of(Flows.ip4(key, n));
      slots.remove(slots.locate(keyHash, key), keyHash);
    }
    for (int n = 0; n < flows; n++) {
      assertThat(slots.find(noSecrets.of(Flows.ip4(key, n)), key)).isEqualTo(n % 2 == 0 ? -1 : n);
    }
  }
}
