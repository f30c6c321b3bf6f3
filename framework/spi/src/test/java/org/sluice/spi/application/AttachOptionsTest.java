package org.sluice.spi.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sluice.spi.application.AttachOptions.Flag;

class AttachOptionsTest {
  /** Each value differs from all others and from its default. */
  private static final AttachOptions ALL = new AttachOptions(
      "app", "ns", 1, Set.of(Scope.LOCAL), Set.of(Flag.PROXY, Flag.EVENT_COLLECTOR), 2, 3, 15, 4, 5, 6, 7, 8, 9, 10, 11,
      13, 12, 14, Set.of("tcp", "udp"));

  @Test
  void each_builder_method_sets_what_it_names() {
    AttachOptions built = AttachOptions.named("app")
        .with()
        .namespace("ns", 1)
        .scopes(Scope.LOCAL)
        .flags(Flag.EVENT_COLLECTOR)
        .fifoBytes(2, 3)
        .maxRxFifoBytes(15)
        .firstAllocationPercent(4)
        .segments(5, 6, 7)
        .maxFifoMemoryBytes(8)
        .preallocate(9, 10)
        .eventQueueEvents(11)
        .watermarks(12, 13)
        .maxConnects(14)
        .proxy("tcp", "udp")
        .build();
    assertThat(built).isEqualTo(ALL);
  }

  @Test
  void starting_from_options_keeps_all_of_them() {
    assertThat(ALL.with().build()).isEqualTo(ALL);
    assertThat(ALL.with().fifoBytes(20, 30).build().segmentBytes()).isEqualTo(5);
  }

  @Test
  void the_defaults_are_the_documented_ones() {
    AttachOptions defaults = AttachOptions.named("app");
    assertThat(defaults.namespace()).isEqualTo(AttachOptions.DEFAULT_NAMESPACE);
    assertThat(defaults.scopes()).containsExactlyInAnyOrder(Scope.LOCAL, Scope.GLOBAL);
    assertThat(defaults.flags()).isEmpty();
    assertThat(defaults.rxFifoBytes()).isEqualTo(256 << 10);
    assertThat(defaults.txFifoBytes()).isEqualTo(256 << 10);
    assertThat(defaults.maxRxFifoBytes()).isEqualTo(4 << 20);
    assertThat(defaults.segmentBytes()).isEqualTo(16 << 20);
    assertThat(defaults.maxFifoMemoryBytes()).isZero();
    assertThat(defaults.lowWatermarkPercent()).isLessThan(defaults.highWatermarkPercent());
  }

  @Test
  void the_sets_are_copies_that_nobody_changes() {
    Set<Scope> scopes = EnumSet.of(Scope.LOCAL);
    AttachOptions options = new AttachOptions(
        "app", "ns", 1, scopes, Set.of(), 2, 3, 15, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, Set.of());
    scopes.clear();
    assertThat(options.scopes()).containsExactly(Scope.LOCAL);
    assertThatThrownBy(() -> options.scopes().clear()).isInstanceOf(UnsupportedOperationException.class);
  }
}
