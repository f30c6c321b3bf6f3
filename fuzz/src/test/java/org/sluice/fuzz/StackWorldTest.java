package org.sluice.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.nic.NicConfiguration;

/** That the target of the whole stack reaches what it is for, and sees what it has to. */
class StackWorldTest {
  private static final byte[] NONE = {};
  /** What can only be counted by who hits a connection of the world. */
  private static final List<String> REACHED = List.of("tcp.resets.in", "tcp.challenge-acks", "tcp.drop.window",
      "tcp.out-of-order", "tcp.bytes.in", "tcp.accepted", "tcp.connected", "tcp.time-waits",
      "stack.icmp.echo", "stack.arp.drop.conflict", "stack.nd.drop.conflict");

  @Test
  void seeds_reach_connections_in_their_phases() {
    Map<String, Long> counted = new HashMap<>();
    for (byte[] seed : Seeds.stack()) {
      StackWorld world = new StackWorld();
      Map<String, Long> before = world.counts();
      StackFuzzer.play(world, seed);
      world.counts().forEach((name, value) -> counted.merge(name, value - before.getOrDefault(name, 0L), Long::sum));
    }
    assertThat(REACHED).allSatisfy(name -> assertThat(counted.get(name)).as(name).isPositive());
  }

  @Test
  void a_connection_that_ended_is_found() {
    StackWorld world = new StackWorld();
    world.requireSound();
    StackWorld hit = new StackWorld();
    hit.deliver(hit.flow(StackWorld.WITNESS).segment(Flow.PEER_ISS + 1, TcpHeader.RST, NONE, NONE), false);
    assertThatThrownBy(hit::requireSound).hasMessageContaining("has ended");
  }

  @Test
  void an_input_that_names_that_connection_may_end_it() {
    StackWorld world = new StackWorld();
    world.deliverInput(world.flow(StackWorld.WITNESS).segment(Flow.PEER_ISS + 1, TcpHeader.RST, NONE, NONE), false);
    world.requireSound();
  }

  @Test
  void a_line_in_the_log_is_found_with_what_was_thrown() {
    LogFindings.clear();
    LoggerFactory.getLogger("test").debug("not this one");
    LogFindings.requireNone();
    LoggerFactory.getLogger("test").warn("but {}", "this", new IllegalStateException("cause"));
    assertThatThrownBy(LogFindings::requireNone).hasMessageContaining("but this").hasRootCauseMessage("cause");
    LogFindings.clear();
  }

  @Test
  void who_claims_one_address_after_another_is_named_once() {
    StackWorld world = new StackWorld();
    Seeds.stack().forEach(seed -> StackFuzzer.play(world, seed));
    world.requireSound();
  }

  @Test
  void a_frame_that_nobody_gives_back_is_found() {
    Card card = new Card(frame -> {});
    Bench bench = new Bench();
    card.open(new NicConfiguration("w", 1, 1, Map.of()), List.of(bench.worker));
    bench.on(() -> {
      card.requireFramesBack();
      card.receive(new byte[60], false);
      assertThatThrownBy(card::requireFramesBack).hasMessageContaining("not given back");
      return card;
    });
    bench.pass(Duration.ofSeconds(1).toNanos());
  }

  @Test
  void the_same_input_does_the_same_again() {
    byte[] input = Seeds.stack().getLast();
    assertThat(trace(input)).isEqualTo(trace(input));
  }

  private static Map<String, Long> trace(byte[] input) {
    StackWorld world = new StackWorld();
    StackFuzzer.play(world, input);
    return world.counts();
  }
}
