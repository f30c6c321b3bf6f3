package org.sluice.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.testkit.contract.RecordingApplication;

/** The case {@code basic}: an application of both scopes listens in both families. */
@Timeout(60)
class BasicCaseTest {
  private static final String IP4 = "0.0.0.0:1234";
  private static final String IP6 = "[::]:1234";

  private final CaseWorld world = new CaseWorld();
  private final RecordingApplication server = world.attach("server", Scope.LOCAL, Scope.GLOBAL);

  private SessionError refusedListen(String endpoint) {
    return world.refusal(() -> server.context().listen(CaseWorld.NET + "://" + endpoint));
  }

  private void end() {
    world.detach(server);
    world.end();
  }

  @Test
  void A04_a_second_ip4_listen_fails() {
    long listener = world.listen(server, IP4);
    assertThat(refusedListen(IP4)).isEqualTo(SessionError.ALREADY_LISTENING);
    assertThat(world.packet(0, "203.0.113.1:1234")).as("the first is still there").isEqualTo("server");
    assertThat(world.handle()).isEqualTo(listener);
    end();
  }

  @Test
  void A04_an_ip6_listen_beside_it_succeeds_and_a_second_one_fails() {
    final long ip4 = world.listen(server, IP4);
    long ip6 = world.listen(server, IP6);
    assertThat(ip6).isNotEqualTo(ip4);
    assertThat(world.packet(0, "[2001:db8::1]:1234")).isEqualTo("server");
    assertThat(world.handle()).isEqualTo(ip6);
    assertThat(refusedListen(IP6)).isEqualTo(SessionError.ALREADY_LISTENING);
    end();
  }

  @Test
  void A04_unlisten_of_both_succeeds_once() {
    long ip4 = world.listen(server, IP4);
    long ip6 = world.listen(server, IP6);
    world.unlisten(server, ip4);
    assertThat(world.packet(0, "203.0.113.1:1234")).isEmpty();
    assertThat(world.packet(0, "[2001:db8::1]:1234")).isEqualTo("server");
    world.unlisten(server, ip6);
    assertThat(world.packet(0, "[2001:db8::1]:1234")).isEmpty();
    assertThat(world.connectOf(CaseWorld.DEFAULT, "127.0.0.1:1234")).isEmpty();
    assertThat(world.refusal(() -> server.context().unlisten(ip4))).isEqualTo(SessionError.NOLISTEN);
    world.listen(server, IP4);
    world.listen(server, IP6);
    end();
  }
}
