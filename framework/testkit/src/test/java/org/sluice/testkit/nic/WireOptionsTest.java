package org.sluice.testkit.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.testkit.nic.WireWorld.options;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.spi.nic.LinkState;

/** What an operator is told about the options of a wire. */
final class WireOptionsTest {
  private final WireWorld w = new WireWorld(1, 1);

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
    "rate=10| 'rate=10' is not a rate from 1bit to 1000gbit, for example 10gbit.",
    "rate=1001gbit| 'rate=1001gbit' is not a rate",
    "rate=0.1bit| 'rate=0.1bit' is not a rate",
    "rate=-1bit| 'rate=-1bit' is not a rate",
    "delay=5| 'delay=5' is not a time from 0ns to 60s, for example 5ms.",
    "delay=61s| 'delay=61s' is not a time",
    "delay=5msec| 'delay=5msec' is not a time",
    "loss=1| 'loss=1' is not a share from 0% to 100%, for example 0.1%.",
    "loss=100.1%| 'loss=100.1%' is not a share",
    "corrupt=x%| 'corrupt=x%' is not a share",
    "queue=0| 'queue=0' is no number from 1 to 1048576.",
    "seed=9999999999999999999| 'seed=9999999999999999999' is no number from 0 to 9223372036854775807.",
    "frames=many| 'frames=many' is no number from 1 to 1048576.",
    "mtu=9001| 'mtu=9001' is no number from 576 to 9000.",
    "trusted=yes| 'trusted=yes' is neither true nor false.",
    "peer=a:0| 'peer=a:0' is the end itself.",
    "speed=1| there is no option 'speed'; there are: corrupt, delay, duplicate, frames, loss, mtu, peer, queue, rate, "
        + "reorder, reorder-delay, seed, trusted.",
    "corrupt=1% trusted=true| a wire that corrupts cannot be trusted, because nobody would notice",
    "mtu=1 loss=2 x=3| 'mtu=1' is no number from 576 to 9000. 'loss=2' is not a share from 0% to 100%, for example "
        + "0.1%. there is no option 'x'"
  })
  void wrong_options_are_refused_all_at_once(String given, String message) {
    assertThat(w.refusal("a:0", parsed(given))).startsWith("wire 'a:0' cannot be made: ").contains(message);
  }

  private static Map<String, String> parsed(String given) {
    Map<String, String> options = new HashMap<>();
    for (String word : given.split(" ", -1)) {
      options.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
    }
    return options;
  }

  @Test
  void every_unit_and_the_largest_number_are_taken() {
    w.open("s:0", options("seed", Long.toString(Long.MAX_VALUE))).close();
    for (String rate : new String[] {"1bit", "8.5kbit", "10mbit", "1000gbit"}) {
      w.open("r" + rate + ":0", options("rate", rate)).close();
    }
    for (String delay : new String[] {"0ns", "7us", "0.5ms", "60s"}) {
      w.open("d" + delay + ":0", options("delay", delay, "reorder-delay", delay)).close();
    }
    for (String share : new String[] {"0%", "0.001%", "100%"}) {
      w.open("s" + share + ":0", options("loss", share, "duplicate", share, "reorder", share, "corrupt", share))
          .close();
    }
  }

  @Test
  void ends_that_do_not_fit_are_refused_and_leave_nothing_behind() {
    assertThat(w.refusal("solo", options())).contains("a wire's ends are called NAME:0 and NAME:1, or each names the "
        + "other with 'peer=NAME'.");
    w.open("solo", options("peer", "other"));
    assertThat(w.refusal("solo", options("peer", "x"))).isEqualTo(
        "wire 'solo' is open already. Choose another name.");
    assertThat(w.refusal("third", options("peer", "solo"))).isEqualTo(
        "wire 'third' does not fit its other end 'solo', which belongs to 'other'.");
    assertThat(w.refusal("other", options("peer", "solo", "mtu", "9000"))).isEqualTo(
        "wire 'other' does not fit its other end 'solo', which has the MTU 1500. Give both the same 'mtu'.");
    assertThat(w.refusal("other", options("peer", "solo", "trusted", "true"))).isEqualTo(
        "wire 'other' does not fit its other end 'solo', which is not trusted. Give both the same 'trusted'.");
    assertThat(w.open("other", options("peer", "solo")).linkState()).isEqualTo(LinkState.UP);
  }
}
