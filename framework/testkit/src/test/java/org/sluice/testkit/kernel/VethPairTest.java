package org.sluice.testkit.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VethPairTest {
  @BeforeEach
  void root() {
    RootTests.require("ethtool", "ping");
  }

  private static boolean exists(String namespace) {
    return Files.exists(Path.of("/var/run/netns", namespace));
  }

  @Test
  void the_ends_reach_each_other_and_nothing_is_left() throws Exception {
    VethPair pair = VethPair.make("pair", 2, 4000);
    pair.a().address("10.76.0.1/24").withoutSegmentation().withChecksums().queue(100);
    pair.b().address("10.76.0.2/24");
    assertThat(pair.a().run("ping", "-c", "1", "-W", "5", "-s", "3900", "-M", "do", "10.76.0.2"))
        .contains(" 0% packet loss");
    assertThat(pair.b().congestionControl("reno").namespace().ip("route")).contains("congctl reno");
    assertThat(pair.a().show()).contains("mtu 4000", "pfifo");
    assertThat(pair.a().mac()).isNotEqualTo(pair.b().mac());
    Process process = pair.b().namespace().start("sleep", "1000");
    pair.close();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).as("what was started there has ended").isTrue();
    assertThat(exists(pair.a().place())).isFalse();
    assertThat(exists(pair.b().place())).isFalse();
  }

  @Test
  void pairs_stand_in_a_chain() {
    try (Namespace left = Namespace.make("left"); Namespace middle = Namespace.make("middle");
        Namespace right = Namespace.make("right")) {
      VethPair first = VethPair.between(new VethEnd(left, "l0"), new VethEnd(middle, "l1"), 1, 1500);
      VethPair second = VethPair.between(new VethEnd(middle, "r1"), new VethEnd(right, "r0"), 1, 1500);
      first.a().address("10.76.1.1/24");
      first.b().address("10.76.1.2/24");
      second.a().address("10.76.2.2/24");
      second.b().address("10.76.2.1/24");
      left.ip("route", "add", "10.76.2.0/24", "via", "10.76.1.2");
      right.ip("route", "add", "10.76.1.0/24", "via", "10.76.2.2");
      middle.sysctl("net/ipv4/ip_forward", "1");
      assertThat(left.run("ping", "-c", "1", "-W", "5", "10.76.2.1")).contains(" 0% packet loss");
      second.close();
      assertThatThrownBy(second.b()::show).isInstanceOf(IllegalStateException.class).hasMessageContaining("r0");
      assertThat(first.a().show()).contains("state UP");
      second.close();
    }
  }
}
