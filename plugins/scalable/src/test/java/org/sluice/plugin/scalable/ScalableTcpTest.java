package org.sluice.plugin.scalable;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sluice.spi.transport.CongestionControl;

/** The two constants of the paper, and what is kept when a loss was none. */
class ScalableTcpTest {
  private static final int MSS = 1000;

  private final CongestionControl.Flow flow = new ScalableTcp().newFlow();
  private final Path path = new Path();

  private static final class Path implements CongestionControl.Connection {
    boolean limited = true;

    @Override
    public int segmentBytes() {
      return MSS;
    }

    @Override
    public long flightBytes() {
      return 0;
    }

    @Override
    public long smoothedRttNs() {
      return 0;
    }

    @Override
    public long minRttNs() {
      return 0;
    }

    @Override
    public long deliveryRate() {
      return 0;
    }

    @Override
    public boolean congestionLimited() {
      return limited;
    }

    @Override
    public long nowNs() {
      return 0;
    }
  }

  @Test
  void the_window_grows_by_a_hundredth_and_shrinks_by_an_eighth() {
    flow.start(path, 800 * MSS);
    flow.onCongestion(path);
    assertThat(flow.windowBytes()).isEqualTo(700 * MSS);
    flow.onRecovered(path);
    for (int i = 0; i < 700; i++) {
      flow.onAck(path, MSS);
    }
    assertThat(flow.windowBytes()).as("a round trip later").isEqualTo(707 * MSS);
  }

  @Test
  void a_small_window_is_that_of_the_standard() {
    flow.start(path, 10 * MSS);
    flow.onCongestion(path);
    assertThat(flow.windowBytes()).isEqualTo(5 * MSS);
    flow.onRecovered(path);
    for (int i = 0; i < 5; i++) {
      flow.onAck(path, MSS);
    }
    assertThat(flow.windowBytes()).isEqualTo(6 * MSS);
  }

  @Test
  void slow_start_doubles_and_an_application_that_sends_less_keeps_the_window() {
    flow.start(path, 10 * MSS);
    flow.onAck(path, 10 * MSS);
    assertThat(flow.windowBytes()).isEqualTo(20 * MSS);
    path.limited = false;
    flow.onAck(path, 10 * MSS);
    assertThat(flow.windowBytes()).isEqualTo(20 * MSS);
  }

  @Test
  void after_a_timeout_the_window_starts_slowly_but_doubles_each_round_trip() {
    flow.start(path, 100 * MSS);
    flow.onTimeout(path);
    int rounds = 0;
    for (long window = flow.windowBytes(); window < 64 * MSS; window = flow.windowBytes()) {
      for (long acked = 0; acked < window; acked += MSS) {
        flow.onRecoveryAck(path, MSS);
      }
      rounds++;
    }
    assertThat(rounds).isEqualTo(6);
    flow.onRecovered(path);
    assertThat(flow.windowBytes()).as("no burst at the end").isEqualTo(64 * MSS);
  }

  @Test
  void in_fast_recovery_and_after_it_the_window_is_the_reduced_one() {
    flow.start(path, 800 * MSS);
    flow.onCongestion(path);
    flow.onRecoveryAck(path, 100 * MSS);
    flow.onRecovered(path);
    assertThat(flow.windowBytes()).isEqualTo(700 * MSS);
  }

  @Test
  void a_recovery_without_a_reduction_changes_nothing() {
    flow.start(path, 10 * MSS);
    flow.onRecovered(path);
    assertThat(flow.windowBytes()).isEqualTo(10 * MSS);
  }

  @Test
  void an_idle_flow_starts_slowly() {
    flow.start(path, 10 * MSS);
    flow.onAck(path, 90 * MSS);
    flow.onRestart(path, 1_000_000_000);
    assertThat(flow.windowBytes()).isEqualTo(10 * MSS);
  }

  @Test
  void a_loss_that_was_none_is_undone() {
    flow.start(path, 100 * MSS);
    flow.onTimeout(path);
    assertThat(flow.windowBytes()).isEqualTo(MSS);
    flow.onUndo(path);
    assertThat(flow.windowBytes()).isEqualTo(100 * MSS);
    assertThat(flow.slowStartThresholdBytes()).isEqualTo(Long.MAX_VALUE);
  }
}
