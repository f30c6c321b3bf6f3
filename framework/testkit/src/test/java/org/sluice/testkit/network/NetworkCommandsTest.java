package org.sluice.testkit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.testkit.console.RecordingOutput;

/** The commands for interfaces, addresses, routes and tables, as an operator types them. */
@Timeout(60)
final class NetworkCommandsTest {
  private final NetworkWorld world = new NetworkWorld();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  Path folder;

  private String type(String line) throws Exception {
    RecordingOutput output = new RecordingOutput();
    ConsoleCommand command = command(line);
    String rest = line.substring(command.name().length()).strip();
    world.simulation.command(command, output, rest.isEmpty() ? new String[0] : rest.split(" "));
    return output.text();
  }

  private ConsoleCommand command(String line) {
    return world.stack.consoleCommands().stream()
        .filter(c -> (line + " ").startsWith(c.name() + " ")).findFirst().orElseThrow();
  }

  @Test
  void a_network_is_built_shown_and_taken_down() throws Exception {
    assertThat(type("show interface")).contains("there is no interface; 'interface add loop' makes one");
    assertThat(type("interface add loop")).isEqualTo("interface loop0 has the number 0\n");
    assertThat(type("interface add loop inside")).isEqualTo("interface inside has the number 1\n");
    assertThat(type("address add loop0 10.1.0.1/16")).isEqualTo("interface loop0 has the address 10.1.0.1/16\n");
    type("address add loop0 2001:db8::1/64");
    assertThat(type("interface table inside 7")).isEqualTo("""
        interface inside is in the IPv4 table 7
        interface inside is in the IPv6 table 7
        """);
    assertThat(type("interface table inside 8 ip6")).isEqualTo("interface inside is in the IPv6 table 8\n");
    type("address add inside 10.1.0.1/16");
    assertThat(type("table add 9 ip4")).isEqualTo("IPv4 table 9 is kept\n");
    assertThat(type("table add 9 ip4")).isEqualTo("IPv4 table 9 is kept already\n");
    assertThat(type("route add 192.0.2.5/24 loop0 via 10.1.0.9")).isEqualTo("table 0 has a route to 192.0.2.0/24\n");
    type("route add 198.51.100.0/24 drop");
    type("route add 203.0.113.0/24 local table 7");
    assertThat(type("show interface")).isEqualTo("""
        Index  Name          Driver    Link      MTU  MAC                IPv4 table  IPv6 table  Autoconf  Address
            0  loop0         loop      up       1500  02:00:06:26:0e:0c           0           0  off       10.1.0.1/16
            1  inside        loop      up       1500  02:00:b9:70:cf:fc           7           8  off       10.1.0.1/16
        """);
    assertThat(type("show address")).isEqualTo("""
        Interface     Address               Table  State
        loop0         10.1.0.1/16               0  used
        loop0         2001:db8::1/64            0  used
        inside        10.1.0.1/16               7  used
        """);
    assertThat(type("show route")).isEqualTo("""
        Prefix                Kind      Interface     Router           From
        10.1.0.0/16           forward   loop0         none             connected
        10.1.0.1/32           local     loop0         none             address
        192.0.2.0/24          forward   loop0         10.1.0.9         operator
        198.51.100.0/24       drop      none          none             operator
        2001:db8::/64         forward   loop0         none             connected
        2001:db8::1/128       local     loop0         none             address
        """);
    assertThat(type("show route 192.0.2.77")).contains("192.0.2.0/24").doesNotContain("198.51.100.0/24");
    assertThat(type("show route 8.8.8.8")).contains("no route of table 0 leads to 8.8.8.8");
    assertThat(type("show route table 7")).contains("203.0.113.0/24").contains("there is no IPv6 table 7");
    assertThat(type("show table").lines().filter(line -> line.contains("7 ") || line.contains("9 "))).hasSize(2);

    assertThat(type("route del 192.0.2.0/24")).contains("192.0.2.0/24");
    assertThat(type("address del loop0 2001:db8::1"))
        .isEqualTo("interface loop0 has the address 2001:db8::1 no more\n");
    assertThat(type("table add 7 ip4")).isEqualTo("IPv4 table 7 is kept\n");
    assertThat(type("table del 7")).isEqualTo("""
        IPv4 table 7 stays while somebody uses it: see 'show table'
        IPv6 table 7 was not kept by command, and is gone
        """);
    assertThat(type("interface del inside")).isEqualTo("interface inside is gone\n");
    assertThat(type("table del 9 ip4")).isEqualTo("IPv4 table 9 is gone\n");
    assertThat(type("show table")).doesNotContain("7").doesNotContain("9");
  }

  @Test
  void A09_namespaces_are_made_bound_shown_and_deleted() throws Exception {
    type("interface add loop x");
    assertThat(type("app ns add red secret 1234 interface x")).isEqualTo("namespace red is there\n");
    type("table add 3 ip4");
    assertThat(type("app ns add blue secret 0xfedcba9876543210 ip4 3")).isEqualTo("namespace blue is there\n");
    assertThat(type("show app ns")).isEqualTo("""
        Index  Id            Secret  State    Interface     IPv4 table  IPv6 table  Applications
            0  default       false   active   none                   0           0
            1  red           true    active   x                      0           0
            2  blue          true    active   none                   3          -1
        """);
    assertThat(type("show app ns red")).isEqualTo("""
        Index  Id            Secret  State    Interface     IPv4 table  IPv6 table  Applications
            1  red           true    active   x                      0           0
        no application is attached
        """);
    assertThat(type("interface table x 3 ip4")).contains("IPv4 table 3");
    assertThat(type("app ns add blue ip4 0 ip6 0"))
        .isEqualTo("namespace blue has moved, with its applications and listeners, and keeps its secret\n");
    assertThat(type("show app ns")).as("no secret was named").contains("blue          true");
    assertThat(type("app ns add blue secret 7 ip4 0 ip6 0"))
        .isEqualTo("namespace blue is where it was, and has another secret\n");
    assertThat(type("app ns add blue secret 0 ip4 0"))
        .isEqualTo("namespace blue has moved, with its applications and listeners, and has no secret any more\n");
    assertThat(type("app ns add blue ip4 0")).isEqualTo("namespace blue is where it was\n");
    assertThat(type("table del 3 ip4")).isEqualTo("IPv4 table 3 stays while somebody uses it: see 'show table'\n");
    assertThat(type("show table").lines().filter(line -> line.contains("namespace red"))).hasSize(2);
    assertThat(type("app ns del red")).isEqualTo("namespace red is gone\n");
    assertThat(type("interface del x")).isEqualTo("interface x is gone\n");
    assertThat(type("show app ns")).contains("blue          false").doesNotContain("red");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
    "interface add | 2 | needs the name of a driver; usage: interface add DRIVER [NAME] [KEY=VALUE ...]",
    "interface add tap | 1 | driver 'tap'; there are: loop, wire",
    "interface add loop drop | 1 | an interface 'drop', which routes have as a word: invalid value (INVALID)",
    "interface add loop local | 1 | an interface 'local', which routes have as a word",
    "interface add loop b x=1 | 1 | interface 'b', because A loop has no options, but was given x. Remove them.",
    "interface add wire w:0 x=1 x=2 | 2 | 'x' is given twice",
    "interface add wire w:0 delay=5 | 1 | 'delay=5' is not a time from 0ns to 60s, for example 5ms.",
    "capture start b f | 1 | there is no interface 'b'; there are: a",
    "capture start a /no/such/folder | 1 | the file '/no/such/folder' cannot be written",
    "capture start a f max 1 | 2 | '1' is not a length in bytes, 1024 to 999999999",
    "capture start a f buffer 1 | 2 | '1' is not a size in bytes, 262144 to 999999999",
    "capture stop a | 1 | there is no capture of interface 'a'; 'capture start' begins one",
    "interface del x | 1 | there is no interface 'x'",
    "interface table a x | 2 | 'x' is not the number of a table, 0 to 999999999",
    "interface table a 1 ip5 | 2 | 'ip5' is too much",
    "address add a 10.0.0.1/33 | 2 | '10.0.0.1/33' is no prefix",
    "address add a 127.0.0.1/8 | 1 | 127.0.0.1 as an address of an interface: invalid value",
    "address del a 10.9.9.9 | 1 | 10.9.9.9 is no address of interface 'a'",
    "route add 10.0.0.0/8 | 2 | needs an interface, 'local' or 'drop'",
    "route add 10.0.0.0/8 b | 1 | there is no interface 'b'; there are: a",
    "route add 10.0.0.0/8 drop table 5 | 1 | there is no IPv4 table 5; 'table add' makes one",
    "route add 10.0.0.0/8 a via ::1 | 1 | route to 10.0.0.0/8 by ::1",
    "route del 10.0.0.0/8 | 1 | no route of yours to 10.0.0.0/8 in table 0",
    "app ns | 2 | 'app ns' needs 'add' or 'del'",
    "app ns move x | 2 | 'move' is neither 'add' nor 'del'",
    "app ns add x | 2 | a namespace needs an interface, or a table of one family or both",
    "app ns add x interface a ip4 0 | 2 | a namespace needs an interface, or a table of one family or both",
    "app ns add x interface a interface b | 2 | 'interface' is given twice",
    "app ns add x ip4 1 ip4 2 | 2 | 'ip4' is given twice",
    "app ns add x secret y ip4 0 | 2 | 'y' is not a number of 64 bits",
    "app ns add x interface b | 1 | namespace 'x', bound to interface 'b': no resolving interface (NOINTF)",
    "app ns add x ip4 9 | 1 | bound to the IPv4 table 9, which does not exist; 'table add' makes it",
    "app ns del x | 1 | delete of namespace 'x': invalid namespace (INVALID_NS)",
    "app ns del default | 1 | delete of namespace 'default': invalid value (INVALID)",
    "show interface a | 2 | 'a' is too much",
  })
  void what_is_wrong_is_said(String line, int status, String wrong) throws Exception {
    type("interface add loop a");
    assertThatExceptionOfType(CommandException.class).isThrownBy(() -> type(line))
        .satisfies(refused -> assertThat(refused.exitStatus()).isEqualTo(status))
        .withMessageContaining(wrong);
  }

  @Test
  void a_wire_is_made_of_two_ends_with_options_of_their_own() throws Exception {
    assertThat(type("interface add wire w:0 rate=10gbit delay=5ms mtu=9000"))
        .isEqualTo("interface w:0 has the number 0\n");
    assertThat(type("show interface")).containsPattern("w:0 +wire +down +9000");
    type("interface add wire w:1 mtu=9000");
    assertThat(type("show interface")).containsPattern("w:0 +wire +up +9000").containsPattern("w:1 +wire +up +9000");
    type("interface del w:1");
    assertThat(type("show interface")).containsPattern("w:0 +wire +down");
  }

  @Test
  void a_capture_is_begun_and_ended() throws Exception {
    type("interface add loop a");
    Path file = folder.resolve("a.pcapng");
    assertThat(type("capture start a " + file + " max 5000 buffer 300000"))
        .isEqualTo("packets of interface a go to " + file + "\n");
    assertThatExceptionOfType(CommandException.class).isThrownBy(() -> type("capture start a " + file))
        .withMessage("a capture of loop/a runs already; 'capture stop a' ends it");
    assertThat(type("capture stop a")).contains("frames: 0").contains("bytes: " + Files.size(file));
  }

  @Test
  void a_name_that_is_made_is_none_that_is_taken() throws Exception {
    type("interface add loop loop1");
    assertThat(type("interface add loop")).isEqualTo("interface loop2 has the number 1\n");
    assertThat(type("interface add loop")).isEqualTo("interface loop3 has the number 2\n");
  }

  @Test
  void names_of_interfaces_are_completed() throws Exception {
    type("interface add loop inside");
    type("interface add loop");
    assertThat(command("address add").complete(List.of("i"))).containsExactly("inside");
    assertThat(command("route add").complete(Arrays.asList("10.0.0.0/8", "")))
        .containsExactly("inside", "loop1", "local", "drop", "via", "table");
  }
}
