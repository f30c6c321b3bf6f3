package org.sluice.testkit.ip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.ip.IpLimits;
import org.sluice.core.ip.PingRequest;
import org.sluice.core.ip.PingSummary;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;

/** Echo requests and their answers, through all of the IP layer. */
final class PingTest {
  private final IpWorld world = new IpWorld(1);

  @ParameterizedTest
  @ValueSource(strings = {IpWorld.IP4_B, IpWorld.IP6_B})
  void the_other_stack_answers_each_request(String address) {
    PingSummary summary = world.ping(world.a, address, 5, 56);
    assertThat(summary.sent()).isEqualTo(5);
    assertThat(summary.received()).isEqualTo(5);
    assertThat(world.pinged).hasSize(5).contains("0: 64 bytes, hops 64", "4: 64 bytes, hops 64");
    assertThat(IpWorld.count(world.b, "icmp.echo")).isEqualTo(5);
    assertThat(world.areFramesBack()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {IpWorld.IP4_A, IpWorld.IP6_A})
  void and_so_does_the_first_one(String address) {
    assertThat(world.ping(world.b, address, 3, 0).received()).isEqualTo(3);
  }

  @Test
  void a_packet_as_large_as_the_link_is_answered_and_none_that_is_larger() {
    assertThat(world.ping(world.a, IpWorld.IP4_B, 1, Cable.MTU_BYTES - 28).received()).isEqualTo(1);
    assertThat(world.ping(world.a, IpWorld.IP6_B, 1, Cable.MTU_BYTES - 48).received()).isEqualTo(1);
    world.pinged.clear();
    assertThat(world.ping(world.a, IpWorld.IP4_B, 1, Cable.MTU_BYTES - 27).received()).isZero();
    assertThat(world.pinged).singleElement().asString().contains("larger than 1480 bytes");
    assertThat(world.areFramesBack()).isTrue();
  }

  @Test
  void link_local_addresses_need_an_interface() {
    IpAddress to = IpAddress.parse("fe80::2");
    assertThat(world.ping(world.a, IpWorld.request("fe80::2", 1, 8)).received()).isZero();
    int index = world.a.network().snapshot().interfaces().getFirst().index();
    PingRequest request = new PingRequest(to, IpAddress.ANY_IP6, 0, index, 2, 8, 1_000_000, 1_000_000_000);
    assertThat(world.ping(world.a, request).received()).isEqualTo(2);
  }

  @Test
  void an_address_of_a_loop_answers_itself() {
    var _ = world.await(world.a, () -> world.a.network().addInterface("loop", "l"));
    var _ = world.await(world.a, () -> world.a.network().addAddress("l", IpPrefix.parse("192.0.2.1/24")));
    var _ = world.await(world.a, () -> world.a.network().addAddress("l", IpPrefix.parse("2001:db8::1/64")));
    assertThat(world.ping(world.a, "192.0.2.1", 3, 56).received()).isEqualTo(3);
    assertThat(world.ping(world.a, "2001:db8::1", 3, 56).received()).isEqualTo(3);
    assertThat(IpWorld.count(world.a, "neighbor.requests")).isZero();
  }

  @Test
  void who_is_not_there_is_told_after_three_requests() {
    assertThat(world.ping(world.a, "10.0.0.77", 1, 56).received()).isZero();
    assertThat(world.ping(world.a, "198.51.100.1", 1, 56).received()).isZero();
    PingRequest patient = new PingRequest(
        IpAddress.parse("10.0.0.78"), IpAddress.ANY_IP4, 0, -1, 1, 8, 1_000_000, 10_000_000_000L);
    assertThat(world.ping(world.a, patient).received()).isZero();
    assertThat(world.pinged).containsExactly("0: no route",
        "0: the next hop does not answer");
    assertThat(world.areFramesBack()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void answers_find_their_way_from_any_worker(long seed) {
    IpWorld several = new IpWorld(seed, 2, IpLimits.DEFAULT);
    for (int queue = 0; queue < 3; queue++) {
      several.cable.a.receiving = queue;
      several.cable.b.receiving = 2 - queue;
      assertThat(several.ping(several.a, IpWorld.IP4_B, 3, 56).received()).isEqualTo(3);
      assertThat(several.ping(several.b, IpWorld.IP6_A, 3, 56).received()).isEqualTo(3);
    }
    assertThat(several.areFramesBack()).isTrue();
  }
}
