package org.sluice.testkit.ip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.testkit.console.RecordingOutput;

/** The commands that look at the IP layer, as an operator types them. */
@Timeout(60)
final class IpCommandsTest {
  private final IpWorld world = new IpWorld(1);

  private String type(String line) throws Exception {
    ConsoleCommand command = world.a.consoleCommands().stream()
        .filter(c -> (line + " ").startsWith(c.name() + " ")).findFirst().orElseThrow();
    String rest = line.substring(command.name().length()).strip();
    RecordingOutput output = new RecordingOutput();
    FutureTask<Boolean> task = new FutureTask<>(() -> {
      command.run(rest.isEmpty() ? List.of() : List.of(rest.split(" ")), output);
      return true;
    });
    Thread.ofPlatform().daemon().start(task);
    while (!task.isDone()) {
      if (!world.runtime.step()) {
        Thread.onSpinWait();
      }
    }
    try {
      task.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof CommandException refused ? refused : e;
    }
    return output.text();
  }

  @Test
  void answers_are_shown_and_then_the_neighbours() throws Exception {
    assertThat(type("ping 10.0.0.2 count 3 interval 0")).isEqualTo("""
        64 bytes: seq 0 hops 64 time 0.000 ms
        64 bytes: seq 1 hops 64 time 0.000 ms
        64 bytes: seq 2 hops 64 time 0.000 ms
        sent: 3
        received: 3
        least us: 0
        mean us: 0
        most us: 0
        """);
    type("ping fe80::2 interface w count 1 size 0");
    assertThat(type("show ip neighbor")).isEqualTo("""
        Interface     Address                   MAC                State        Age s  Waiting
        w             10.0.0.2                  02:00:00:00:00:0b  reachable        0        0
        w             fe80::2                   02:00:00:00:00:0b  reachable        0        0
        """);
    assertThat(type("show ip neighbor w")).contains("10.0.0.2");
    assertThat(type("show ip route 10.0.0.2")).isEqualTo("""
        Prefix                Kind      Interface     Router           From
        10.0.0.0/24           forward   w             none             connected
        """);
    assertThat(type("show interface")).isEqualTo("""
        Index  Name          Driver    Link      MTU  MAC                IPv4 table  IPv6 table  Autoconf  Address
            0  w             cable     up       1500  02:00:00:00:00:0a           0           0  off       10.0.0.1/24
        """);
  }

  @Test
  void narrow_paths_are_shown() throws Exception {
    Probe probe = new Probe(world, world.a);
    probe.inFlight = 0;
    byte[] quoted = Packets.packet(Packets.ip4(IpWorld.IP4_A, IpWorld.IP4_B, Probe.PROTOCOL, 7, 0, new byte[8]));
    world.cable.a.inject(Packets.error4("10.0.0.9", IpWorld.IP4_A, 3, 4, 1_300, quoted));
    world.runtime.runUntilIdle();
    world.advance(5_000);
    assertThat(type("show ip path-mtu")).isEqualTo("""
        Destination               Table     MTU   Age s
        10.0.0.2                      0    1300       5
        """);
  }

  @Test
  void an_address_is_shown_to_be_asked_for_and_what_routers_are_listened_to() throws Exception {
    assertThat(type("address add w fd00::5/64"))
        .isEqualTo("interface w asks its link for the address fd00::5/64; 'show address' tells the outcome\n");
    assertThat(type("show address")).endsWith("w             fd00::5/64                0  tentative\n");
    world.advance(3_000);
    assertThat(type("show address")).endsWith("w             fd00::5/64                0  used\n");
    assertThat(type("interface autoconf w on")).isEqualTo("interface w listens to the routers of its link\n");
    assertThat(type("show interface")).contains("  on        10.0.0.1/24");
    assertThat(type("interface autoconf w off")).isEqualTo("interface w ignores the routers of its link\n");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
    "ping | 2 | needs an address",
    "interface autoconf w | 2 | needs 'on' or 'off'",
    "interface autoconf x on | 1 | there is no interface 'x'",
    "ping 10.0.0.2 count 0 | 2 | '0' is not a number of requests, 1 to 65536",
    "ping 10.0.0.2 source ::1 | 2 | the source ::1 is of the other family than 10.0.0.2",
    "ping 10.0.0.2 interface x | 1 | there is no interface 'x'",
    "ping 10.0.0.2 hops 3 | 2 | 'hops' is not known here",
    "ping 198.51.100.1 count 1 | 1 | 198.51.100.1 has not answered",
    "show ip neighbor x | 1 | there is no interface 'x'",
    "show ip neighbor w w | 2 | 'w' is too much",
  })
  void what_is_wrong_is_said(String line, int status, String wrong) {
    assertThatExceptionOfType(CommandException.class).isThrownBy(() -> type(line))
        .satisfies(refused -> assertThat(refused.exitStatus()).isEqualTo(status))
        .withMessageContaining(wrong);
  }
}
