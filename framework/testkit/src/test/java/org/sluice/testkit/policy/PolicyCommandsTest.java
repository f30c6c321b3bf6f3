package org.sluice.testkit.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.spi.application.Scope;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.LookupResult.Kind;
import org.sluice.testkit.console.RecordingOutput;
import org.sluice.testkit.contract.RecordingApplication;

/** The commands about rules, deny lists and lookups, as an operator types them. */
@Timeout(60)
class PolicyCommandsTest {
  private final PolicyWorld world = new PolicyWorld(PolicyBackend.NONE);

  private String type(String line) throws CommandException, InterruptedException {
    return output(line).text();
  }

  private RecordingOutput output(String line) throws CommandException, InterruptedException {
    RecordingOutput output = new RecordingOutput();
    List<String> words = new ArrayList<>(Arrays.asList(line.split(" ", -1)));
    String name = words.removeFirst() + " " + words.removeFirst();
    world.simulation.command(command(name), output, words.toArray(String[]::new));
    return output;
  }

  private ConsoleCommand command(String name) {
    return world.simulation.stack().consoleCommands().stream()
        .filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  private void refused(String line, int status, String... why) {
    assertThatExceptionOfType(CommandException.class).isThrownBy(() -> type(line)).satisfies(failure -> {
      assertThat(failure.exitStatus()).isEqualTo(status);
      assertThat(failure.getMessage()).contains(why);
    });
  }

  @Test
  void A17_backend_is_chosen_shown_and_turned_off_before_another() throws Exception {
    assertThat(type("show session rules"))
        .contains("the rt-backend is none: 'session rt-backend rule-table' turns this one on");
    assertThat(type("session rt-backend rule-table")).isEqualTo("the rt-backend is rule-table\n");
    assertThat(type("show session rt-backend")).isEqualTo("""
        Backend       State
        none
        rule-table    active
        sdl
        """);
    refused("session rt-backend sdl", 1, "rule-table is on: turn that off first");
    assertThat(type("show session sdl")).contains("the rt-backend is rule-table");
    assertThat(type("session rt-backend none")).isEqualTo("the rt-backend is none\n");
    assertThat(type("session rt-backend sdl")).isEqualTo("the rt-backend is sdl\n");
    refused("session rt-backend what", 2, "'what' is not known here");
    refused("session rule add proto dequeue 0.0.0.0/0 any 0.0.0.0/0 any action drop", 1, "the backend is sdl");
    world.end();
  }

  @Test
  void A15_rules_are_added_listed_matched_and_deleted() throws Exception {
    RecordingApplication server = world.attach("server", Scope.GLOBAL, Scope.LOCAL);
    type("session rt-backend rule-table");
    assertThat(type("show session rules")).endsWith("there are no rules\n");
    assertThat(type("session rule add proto dequeue 10.0.0.0/8 80 0.0.0.0/0 any action drop tag web"))
        .isEqualTo("the rule is added\n");
    type("session rule add proto dequeue 10.0.0.0/8 any 1.2.3.4 any action redirect server scope both");
    type("session rule add proto local ::/0 any 2001:db8::/32 443 action allow appns default tag six");
    assertThat(type("show session rules")).isEqualTo("""
        Where     Proto    Local                Port  Remote               Port  Action           Tag       Namespaces
        local     dequeue  0.0.0.0/0             any  1.2.3.4/32            any  redirect server            default
        table 0   dequeue  10.0.0.0/8             80  0.0.0.0/0             any  drop             web       default
        table 0   dequeue  10.0.0.0/8            any  1.2.3.4/32            any  redirect server            default
        table 0   local    ::/0                  any  2001:db8::/32         443  allow            six       default
        """);
    assertThat(output("show session rules proto local").column("rules", "tag")).containsExactly("six");
    assertThat(output("show session rules scope local").column("rules", "where")).containsExactly("local");
    assertThat(output("show session rules tag six").column("rules", "remote")).containsExactly("2001:db8::/32");
    assertThat(type("show session rules tag six proto dequeue")).endsWith("no rule matches\n");
    assertThat(output("show session rules proto dequeue match 10.1.1.1 80 1.2.3.4 9").column("rules", "action"))
        .containsExactly("redirect server");
    assertThat(output("show session rules proto dequeue match 10.1.1.1 80 1.2.3.5 9").column("rules", "tag"))
        .containsExactly("web");
    assertThat(type("show session rules proto dequeue match 10.1.1.1 81 1.2.3.5 9")).endsWith("no rule matches\n");
    world.detach(server);
    assertThat(output("show session rules scope local").column("rules", "action"))
        .containsExactly("redirect (gone)");
    assertThat(type("session rule del tag web")).isEqualTo("the rule is deleted\n");
    assertThat(type("session rule del proto dequeue 10.0.0.0/8 any 1.2.3.4 any scope both"))
        .isEqualTo("the rule is deleted\n");
    assertThat(output("show session rules").column("rules", "tag")).containsExactly("six");
    refused("session rule del tag web", 1, "NOROUTE");
    world.end();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "session rule|2|add or del is needed",
      "session rule add proto dequeue 10.0.0.0/8 80 0.0.0.0/0 any|2|an action is missing",
      "session rule add action drop|2|what is to match is missing",
      "session rule add proto dequeue 10.0.0.0/33 80 0.0.0.0/0 any action drop|2|'10.0.0.0/33' is no prefix",
      "session rule add proto dequeue 10.0.0.0/8 80 ::/0 any action drop|2|not of the same address family",
      "session rule add proto dequeue 10.0.0.0/8 65536 0.0.0.0/0 any action drop|2|'65536' is not a local port",
      "session rule add proto dequeue 10.0.0.0/8 80 0.0.0.0/0 x action drop|2|'x' is not a remote port",
      "session rule add proto dequeue 10.0.0.0/8 80 0.0.0.0/0 any action burn|2|'burn' is not known here",
      "session rule add proto dequeue 10.0.0.0/8 80 0.0.0.0/0 any action redirect|2|needs an application",
      "session rule add proto dequeue 10.0.0.0/8 80 0.0.0.0/0 any action redirect nobody|1|NOAPP",
      "session rule add proto nosuch 10.0.0.0/8 80 0.0.0.0/0 any action drop|1|TRANSPORT_NO_REG",
      "session rule add proto dequeue 10.0.0.0/8 80 0.0.0.0/0 any action drop appns x|1|namespace 'x'",
      "session rule add proto dequeue 10.0.0.0/8 80 0.0.0.0/0 any action drop scope all|2|'all' is not known here",
      "session rule del scope both|2|neither what is matched nor a tag",
      "show session rules match 1.1.1.1 1 2.2.2.2 2|2|'match' needs 'proto'",
      "show session rules nonsense|2|'nonsense' is not known here",
      "show session lookup proto dequeue 1.1.1.1 2.2.2.2:1|2|'1.1.1.1' is no endpoint",
      "session sdl add|2|a prefix is missing",
      "session sdl add 10.0.0.0/8 11.0.0.0/8 tag t|2|a tag names one entry, and here are 2",
      "session rule del proto dequeue 10.0.0.0/8 80 0.0.0.0/0 any tag t|2|or by its tag, not by both",
      "session sdl del 10.0.0.0/8 tag t|2|either prefixes or a tag is deleted, not both at once",
      "session rule del tag t action drop|2|whatever its action is",
      "session rule del proto dequeue 10.0.0.0/8 80 0.0.0.0/0 any action redirect nobody|2|whatever its action is",
      "session sdl del 10.0.0.0/8 action drop|2|whatever its action is",
      "session sdl add 10.0.0.0/8 action drop action allow|2|'action' is given twice",
      "session rule add proto dequeue 10.0.0.0/8 80 0.0.0.0/0 any proto local action drop|2|'proto' is given twice",
      "session rule del tag t tag u|2|'tag' is given twice",
      "show session rules appns default appns x|2|'appns' is given twice",
      "show session rules proto dequeue match 1.1.1.1 1 2.2.2.2 2 tag t|2|either a flow or a tag",
      "show session lookup table 1 table 2|2|'table' is given twice",
      "show session worker 0 worker 1|2|'worker' is given twice",
      "show session sdl table x|2|'x' is not a table set",
      "show app listeners verbose|2|'verbose' is too much",
      "show app mq verbose|2|'verbose' is too much",
      "show app clients verbose|2|'verbose' is too much",
      "show app ns verbose|2|no namespace 'verbose' is there; there are: default",
      "show app ns default verbose|2|'verbose' is too much",
      "session enable rt-backend|2|needs a backend",
      "session enable nonsense|2|'nonsense' is not known here",
      "session enable rt-backend sdl|1|rule-table is on: turn that off first",
      "session sdl del|2|neither a prefix nor a tag"})
  void what_is_typed_wrong_is_named(String line, int status, String why) throws Exception {
    type("session rt-backend rule-table");
    refused(line, status, why);
  }

  @Test
  void A18_deny_list_is_changed_as_a_whole_and_shown() throws Exception {
    type("session rt-backend sdl");
    assertThat(type("show session sdl")).endsWith("there are no entries\n");
    assertThat(type("session sdl add 10.0.0.0/8 tag ten")).isEqualTo("1 entry is added\n");
    assertThat(type("session sdl add 10.1.0.0/16 2001:db8::/32 action allow")).isEqualTo("2 entries are added\n");
    assertThat(type("show session sdl")).isEqualTo("""
        Where     Prefix              Action    Tag       Namespaces
        table 0   10.0.0.0/8          drop      ten       default
        table 0   10.1.0.0/16         allow               default
        table 0   2001:db8::/32       allow               default
        """);
    assertThat(output("show session sdl table 0").column("sdl", "prefix")).hasSize(3);
    assertThat(output("show session sdl 10.1.2.3 table 0").column("sdl", "prefix")).containsExactly("10.1.0.0/16");
    assertThat(output("show session sdl table 1").rows("sdl")).isEmpty();
    assertThat(output("show session sdl 10.1.2.3").column("sdl", "prefix")).containsExactly("10.1.0.0/16");
    assertThat(output("show session sdl 10.2.2.3 appns default").column("sdl", "tag")).containsExactly("ten");
    assertThat(type("show session sdl 11.1.1.1")).endsWith("no entry matches\n");
    refused("session sdl add 12.0.0.0/8 10.0.0.0/8", 1, "IPINUSE");
    refused("session sdl del 0.0.0.0/0", 1, "delete of the deny list entry for 0.0.0.0/0: ", "NOROUTE");
    refused("session sdl del tag x", 1, "delete of the deny list entry with tag 'x': ");
    refused("session sdl add 12.0.0.0/8 tag ten", 1, "deny list entry for 12.0.0.0/8 with tag 'ten': ", "INVALID");
    assertThat(output("show session sdl").column("sdl", "prefix")).hasSize(3);
    assertThat(type("session sdl del 10.1.0.0/16 2001:db8::/32")).isEqualTo("2 entries are deleted\n");
    assertThat(type("session sdl del tag ten")).isEqualTo("1 entry is deleted\n");
    assertThat(type("show session sdl")).endsWith("there are no entries\n");
    world.end();
  }

  @Test
  void A12_lookup_shows_what_listeners_are_found_by_and_whom_a_packet_is_for() throws Exception {
    RecordingApplication server = world.attach("server", Scope.GLOBAL, Scope.LOCAL);
    RecordingApplication six = world.attach("six");
    world.listen(server, "0.0.0.0:80");
    world.listen(six, "[::1]:90");
    world.proxy(six, "127.0.0.1");
    RecordingOutput shown = output("show session lookup");
    assertThat(shown.column("entries", "where")).containsExactly("table 0", "ns default", "table 0", "table 0");
    assertThat(shown.column("entries", "endpoint"))
        .containsExactly("0.0.0.0:80", "0.0.0.0:80", "[::1]:90", "127.0.0.1");
    assertThat(shown.column("entries", "kind")).containsExactly("listener", "listener", "listener", "proxy");
    assertThat(shown.column("entries", "app")).containsExactly("server", "server", "six", "six");
    assertThat(shown.text()).endsWith("flows: 0\n");
    assertThat(output("show session lookup table 0 proto dequeue").column("entries", "kind")).hasSize(3);
    assertThat(type("show session lookup table 7")).contains("nothing listens there");
    assertThat(type("show session lookup proto dequeue 127.0.0.1:80 1.1.1.1:1"))
        .startsWith("found: listener\nsession: 0:").endsWith("app: server\n");
    assertThat(type("show session lookup proto dequeue [::1]:90 [2001:db8::1]:1")).endsWith("app: six\n");
    assertThat(type("show session lookup proto dequeue [::1]:91 [2001:db8::1]:1")).isEqualTo("found: none\n");
    type("session rt-backend rule-table");
    type("session rule add proto dequeue 0.0.0.0/0 80 1.1.1.1 any action drop");
    assertThat(type("show session lookup proto dequeue 127.0.0.1:80 1.1.1.1:1")).isEqualTo("found: drop\n");
    world.end(server, six);
  }

  @Test
  void A12_lookup_by_a_protocol_shows_listeners_of_its_protected_form_too() throws Exception {
    RecordingApplication server = world.attach("server");
    world.listen(server, "0.0.0.0:80");
    var _ = world.simulation.await(() -> server.context().listen("dequeues://0.0.0.0:81"));
    assertThat(output("show session lookup proto dequeue").column("entries", "proto"))
        .containsExactly("dequeue", "dequeues");
    assertThat(output("show session lookup proto local").rows("entries")).isEmpty();
    world.end(server);
  }

  @Test
  void A17_the_layer_comes_with_the_backend_that_is_asked_for() throws Exception {
    type("session disable");
    assertThat(type("session enable rt-backend rule-table"))
        .isEqualTo("the rt-backend is rule-table\nthe session layer is enabled\n");
    assertThat(world.simulation.stack().policy().backend()).isEqualTo(PolicyBackend.RULES);
    assertThat(command("session enable").complete(List.of("rt-backend", "")))
        .containsExactly("none", "rule-table", "sdl");
    type("session enable rt-backend none");
    assertThat(world.simulation.stack().policy().backend()).isEqualTo(PolicyBackend.NONE);
    world.end();
  }

  /** 8080 is 0x1F90, and 0x901F with its bytes the wrong way round. */
  @Test
  void defect_7_ports_of_the_console_are_those_of_packets() throws Exception {
    type("session rt-backend rule-table");
    type("session rule add proto dequeue 127.0.0.1 8080 0.0.0.0/0 any action drop");
    type("session rule add proto dequeue 127.0.0.2 any 0.0.0.0/0 8080 action drop");
    assertThat(world.lookup("127.0.0.1:" + 0x1F90, "9.9.9.9:1")).isEqualTo(Kind.DROP);
    assertThat(world.lookup("127.0.0.1:" + 0x901F, "9.9.9.9:1")).isEqualTo(Kind.NONE);
    assertThat(world.lookup("127.0.0.2:1", "9.9.9.9:" + 0x1F90)).isEqualTo(Kind.DROP);
    assertThat(world.lookup("127.0.0.2:1", "9.9.9.9:" + 0x901F)).isEqualTo(Kind.NONE);
    RecordingApplication client = world.attach("client", Scope.GLOBAL, Scope.LOCAL);
    type("session rule add proto dequeue 0.0.0.0/0 any 127.0.0.0/8 8080 action drop scope local");
    assertThat(world.connect(client, "127.0.0.1:8080")).isEqualTo(SessionError.FILTERED);
    assertThat(world.connect(client, "127.0.0.1:" + 0x901F)).isEqualTo(SessionError.NOROUTE);
    world.end(client);
  }

  /** A deny list is about where packets come from. */
  @Test
  void defect_7_deny_list_is_matched_with_the_remote_side() throws Exception {
    type("session rt-backend sdl");
    type("session sdl add 10.0.0.0/8");
    RecordingApplication server = world.attach("server");
    world.listen(server, "127.0.0.1:80");
    assertThat(world.lookup("127.0.0.1:80", "10.0.0.1:9")).isEqualTo(Kind.DROP);
    assertThat(world.lookup("10.0.0.1:80", "127.0.0.1:9")).isEqualTo(Kind.NONE);
    world.end(server);
  }

  @Test
  void A18_deleting_a_tag_says_how_many_entries_had_it() throws Exception {
    type("session rt-backend sdl");
    type("session sdl add 10.0.0.0/8 tag both");
    type("session sdl add 2001:db8::/32 tag both");
    type("session sdl add 11.0.0.0/8 tag one");
    assertThat(type("session sdl del tag both")).isEqualTo("2 entries are deleted\n");
    assertThat(type("session sdl del tag one")).isEqualTo("1 entry is deleted\n");
    refused("session sdl del tag both", 1, "NOROUTE");
    world.end();
  }

  @Test
  void words_that_may_come_next_are_offered() {
    assertThat(command("session rule").complete(List.of("a"))).containsExactly("add");
    assertThat(command("session rule").complete(List.of("add", "proto", "d"))).containsExactly("dequeue");
    assertThat(command("session rule").complete(List.of("add", "scope", "")))
        .containsExactly("global", "local", "both");
    assertThat(command("session sdl").complete(List.of("add", "10.0.0.0/8", "t"))).containsExactly("tag");
    assertThat(command("session rt-backend").complete(List.of("s"))).containsExactly("sdl");
    assertThat(command("show session").complete(List.of("ru"))).containsExactly("rules");
    assertThat(command("show session").complete(List.of("rules", "m"))).containsExactly("match");
    assertThat(command("show session").complete(List.of("lookup", "t"))).containsExactly("table");
  }
}
