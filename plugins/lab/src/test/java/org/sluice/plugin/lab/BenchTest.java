package org.sluice.plugin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.spi.host.ConfigurationException;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.console.GoldenText;
import org.sluice.testkit.console.RecordingOutput;
import org.sluice.testkit.host.TestConfiguration;
import org.sluice.testkit.transport.ScriptedTransport;

/** The commands of the bench, and what they print. */
@Timeout(60)
class BenchTest {
  private final GoldenText golden = new GoldenText("console");
  private LabRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = LabRig.withNetwork(Map.of());
  }

  @AfterEach
  void leavesNothingBehind() {
    rig.stop();
    assertThat(rig.hole.inUse()).as("connections of hole").isZero();
    assertThat(rig.simulation.fifos()).as("FIFOs").isZero();
    assertThat(rig.plugin.scope().faults().count()).as("faults").isZero();
  }

  @Test
  void a_session_of_this_host_from_attach_to_detach() throws Exception {
    golden.assertMatches("local-session", rig.transcript("show lab", "lab attach server", "lab attach client",
        "lab listen server hole://10.0.0.1:80", "lab connect client hole://10.0.0.1:80",
        "show session verbose", "lab send client 1:1 hello bench", "lab send server 1:0 hi", "show lab",
        "lab close client 1:1", "show lab client", "lab detach client", "lab detach server", "show lab"));
  }

  @Test
  void S08_S18_connects_that_wait_are_seen_answered_refused_and_cancelled() throws Exception {
    rig.run("lab attach client scope global");
    golden.assertMatches("pending-connects", rig.transcript("lab connect client hole://10.0.0.9:80",
        "lab connect client hole://10.0.0.9:81 7", "lab connect client hole://10.0.0.9:82",
        "lab connect client hole://10.0.0.9:83", "show session states", "show session verbose 2", "show app client",
        "lab answer 0:0", "lab refuse 0:1", "lab refuse 0:2 noroute", "lab cancel client 0:3", "show lab",
        "lab send client 0:4 lost", "show session verbose 2", "lab close client 0:4", "show session states")
        .replaceAll("(10\\.0\\.0\\.1:)[0-9]+(->\\S+) +", "$1PORT$2 "));
    assertThat(rig.plugin.count("swallowed")).isEqualTo(4);
  }

  @Test
  void T08_what_waits_is_listed_with_its_own_side_and_all_of_it_can_be_cancelled() throws Exception {
    rig.run("lab attach client scope global");
    for (int i = 0; i < 20; i++) {
      rig.run("lab connect client hole://10.0.0.9:80");
    }
    RecordingOutput pending = rig.run("lab pending client");
    assertThat(pending.column("pending", "phase")).hasSize(20).containsOnly("connecting");
    assertThat(pending.column("pending", "local")).doesNotHaveDuplicates()
        .allMatch(local -> local.toString().startsWith("10.0.0.1:"));
    assertThat(rig.run("lab cancel client all").values()).containsEntry("cancelled", 20);
    assertThat(rig.run("lab pending client").lines()).containsExactly("no connect of 'client' waits");
    assertThat(rig.run("lab cancel client all").values()).containsEntry("cancelled", 0);
    assertThat(rig.run("show lab").column("connects", "outcome")).hasSize(20).containsOnly("CANCELLED");
    assertThat(rig.hole.inUse()).isZero();
  }

  @Test
  void outcomes_are_told_by_name_with_what_to_do() throws Exception {
    golden.assertMatches("outcomes", rig.transcript("app ns add red secret 7 interface loop0",
        "lab attach one ns blue", "lab attach one ns red", "lab attach one ns red secret 8",
        "lab attach one ns red secret 0x7 scope local", "lab attach one", "lab connect one hole://10.0.0.9:80",
        "lab connect one hole://127.0.0.1:80", "lab connect one hole://0.0.0.0:80",
        "lab connect one nosuch://10.0.0.9:80",
        "lab attach two scope global", "lab connect two hole://192.0.2.1:80", "lab connect two hole://127.0.0.1:80",
        "lab attach three", "lab listen three ct://127.0.0.1:80", "lab listen one ct://127.0.0.1:80",
        "lab listen three ct://127.0.0.1:80", "lab listen three hole://10.9.9.9:80", "session rt-backend rule-table",
        "session rule add proto ct 0.0.0.0/0 any 127.0.0.1 80 action drop scope local",
        "lab connect three ct://127.0.0.1:80", "show lab", "session disable", "lab attach four", "session enable"));
  }

  @Test
  void A20_a_proxy_gets_what_nobody_else_listens_on() throws Exception {
    golden.assertMatches("proxy", rig.transcript("lab attach client scope local",
        "lab connect client hole://192.0.2.7:8080", "lab attach server scope local",
        "lab listen server hole://10.0.0.1:80", "lab attach proxy scope local proxy hole",
        "lab attach other scope local proxy hole", "lab connect client hole://192.0.2.7:8080",
        "lab connect client ct://127.0.0.1:1", "lab connect client hole://10.0.0.1:80", "show lab",
        "show app listeners", "lab detach proxy", "lab connect client hole://192.0.2.7:8080"));
  }

  @Test
  void what_is_wrong_is_named_with_what_would_be_right() throws Exception {
    rig.run("lab attach client");
    golden.assertMatches("complaints", rig.transcript("lab attach", "lab attach x ns", "lab attach x secret seven",
        "lab attach x scope here", "lab attach x proxy",
        "lab attach x in red", "lab listen client", "lab listen nobody ct://0.0.0.0:1",
        "lab listen client nonsense", "lab connect client", "lab connect client nonsense",
        "lab connect client ct://127.0.0.1:1 x", "lab connect client ct://127.0.0.1:1 1 2", "lab pending",
        "lab pending nobody", "lab cancel client", "lab cancel client 0:9", "lab answer", "lab answer 0:9",
        "lab refuse 0:9", "lab refuse 0:9 HUNGRY", "lab send client 0:9", "lab send client 0:9 text",
        "lab close client", "lab close client 0:9", "lab detach", "lab detach nobody", "show lab nobody",
        "show lab a b", "lab attach client"));
    rig.run("lab detach client");
    assertThat(rig.transcript("lab pending client")).contains("'lab attach client' attaches it");
  }

  @Test
  void a_connect_without_an_answer_fails_when_its_time_is_up() throws Exception {
    rig.run("lab attach client scope global");
    rig.run("lab connect client hole://10.0.0.9:80");
    rig.simulation.advance(Duration.ofMinutes(6));
    rig.run("lab connect client hole://10.0.0.9:80");
    rig.simulation.advance(Duration.ofMinutes(5));
    assertThat(rig.run("show lab").column("connects", "outcome")).containsExactly("TIMEDOUT", "pending");
    rig.simulation.advance(Duration.ofMinutes(5));
    assertThat(rig.run("show lab").column("connects", "outcome")).containsOnly("TIMEDOUT");
    assertThat(rig.plugin.count("timeouts")).isEqualTo(2);
    assertThat(rig.hole.inUse()).isZero();
  }

  @Test
  void a_connect_over_another_transport_is_pending_when_no_outcome_comes_within_the_wait() throws Exception {
    rig.stop();
    rig = LabRig.withNetwork(Map.of("wait", Duration.ofMillis(800)));
    ScriptedTransport quiet = new ScriptedTransport(
        new TransportDescriptor("quiet", "Q", ServiceType.VIRTUAL_CIRCUIT, TxMode.INTERNAL), rig.plugin);
    rig.simulation.start(rig.plugin, quiet);
    rig.run("lab attach client scope global");
    assertThat(rig.run("lab connect client quiet://10.0.0.9:80").values())
        .containsEntry("outcome", "pending").containsEntry("half_open", "0:0");
    assertThat(rig.transcript("lab answer 0:0")).contains("no connect over hole waits as 0:0, none does");
    assertThat(rig.run("lab pending client").column("pending", "uri")).containsExactly("quiet://10.0.0.9:80");
    rig.run("lab cancel client 0:0");
    assertThat(quiet.calls("cleanupHalfOpen")).isEqualTo(1);
  }

  @Test
  void more_than_a_session_takes_is_sent_in_part() throws Exception {
    rig.run("lab attach server");
    rig.run("lab listen server ct://127.0.0.1:80");
    rig.run("lab attach client");
    Object session = rig.run("lab connect client ct://127.0.0.1:80").values().get("session");
    RecordingOutput sent = rig.run("lab send client " + session + " " + "x".repeat(300_000));
    assertThat(sent.values()).containsEntry("sent_bytes", 256 << 10);
    assertThat(sent.lines()).containsExactly("the other 37856 bytes did not fit: the peer does not read");
    assertThat(rig.run("show lab server").column("sessions", "received_bytes")).containsExactly(262_144L);
    assertThat(rig.run("show lab server").column("sessions", "last")).containsExactly("x".repeat(40));
  }

  @Test
  void more_connects_than_may_wait_are_refused_and_counted() throws Exception {
    rig.stop();
    rig = LabRig.withNetwork(Map.of("limit.pending", 2));
    rig.run("lab attach client scope global");
    rig.run("lab connect client hole://10.0.0.9:80");
    rig.run("lab connect client hole://10.0.0.9:80");
    assertThat(rig.transcript("lab connect client hole://10.0.0.9:80")).contains("(LIMIT); 'show counters limit'");
    assertThat(rig.plugin.count("limit.pending")).isEqualTo(1);
    rig.run("lab refuse 0:0");
    assertThat(rig.run("lab connect client hole://10.0.0.9:80").values()).containsEntry("outcome", "pending");
  }

  @Test
  void as_many_outcomes_as_may_be_are_kept_and_those_of_waiting_connects_longest() throws Exception {
    rig.stop();
    rig = LabRig.withNetwork(Map.of("limit.connects", 2));
    rig.run("lab attach client");
    rig.run("lab connect client hole://10.0.0.9:80");
    rig.transcript("lab connect client ct://127.0.0.1:1", "lab connect client ct://127.0.0.1:2");
    assertThat(rig.run("show lab").column("connects", "opaque")).containsExactly(1L, 3L);
    assertThat(rig.plugin.count("limit.connects")).isEqualTo(1);
    rig.run("lab connect client hole://10.0.0.9:80 9");
    assertThat(rig.transcript("lab connect client hole://10.0.0.9:80"))
        .contains("2 connects wait, as many as are kept (plugins.lab.limit.connects)");
    assertThat(rig.transcript("lab connect client hole://10.0.0.9:80 9")).contains("the opaque value 9 waits already");
  }

  @Test
  void the_session_layer_may_be_turned_off_under_it() throws Exception {
    rig.run("lab attach client scope global");
    rig.run("lab listen client hole://10.0.0.1:80");
    rig.run("lab connect client hole://10.0.0.9:80");
    rig.run("lab connect client hole://10.0.0.9:80");
    rig.run("lab answer 0:1");
    rig.run("session disable");
    assertThat(rig.run("show lab").rows("applications")).isEmpty();
    assertThat(rig.hole.inUse()).isZero();
    rig.run("session enable");
    rig.run("lab attach client scope global");
    assertThat(rig.run("lab connect client hole://10.0.0.9:80").values()).containsEntry("outcome", "pending");
  }

  @Test
  void S13_the_plugin_may_go_while_connects_wait_and_sessions_are_open() throws Exception {
    rig.run("lab attach client");
    rig.run("lab attach server");
    rig.run("lab listen server ct://127.0.0.1:80");
    rig.run("lab connect client ct://127.0.0.1:80");
    for (int i = 0; i < 3; i++) {
      rig.run("lab connect client hole://10.0.0.9:80");
    }
    rig.run("lab answer " + rig.complete("lab answer ").getFirst());
    assertThat(rig.hole.inUse()).isEqualTo(3);
    // leavesNothingBehind stops it.
  }

  @Test
  void completion_offers_names_and_ids() throws Exception {
    rig.run("lab attach client");
    rig.run("lab attach server");
    rig.run("lab connect client hole://10.0.0.9:80");
    assertThat(rig.complete("lab connect ")).containsExactly("client", "server");
    assertThat(rig.complete("lab send s")).containsExactly("server");
    assertThat(rig.complete("lab attach x ")).containsExactly("ns", "secret", "scope", "proxy");
    assertThat(rig.complete("lab attach x proxy ")).isEmpty();
    assertThat(rig.complete("lab attach x scope l")).containsExactly("local");
    assertThat(rig.complete("lab attach x ns ")).isEmpty();
    assertThat(rig.complete("lab attach ")).isEmpty();
    assertThat(rig.complete("lab answer ")).containsExactly("0:0");
    assertThat(rig.complete("lab cancel client a")).containsExactly("all");
    assertThat(rig.complete("lab refuse 0:0 ti")).containsExactly("TIMEDOUT");
    rig.run("lab answer 0:0");
    assertThat(rig.complete("lab send client ")).isEqualTo(rig.complete("lab close client 0")).hasSize(1);
    assertThat(rig.command("lab answer").example()).isEqualTo("lab answer 0:5");
  }

  @Test
  void a_configuration_out_of_range_is_named_by_its_key() {
    assertThatThrownBy(() -> LabSettings.of(new TestConfiguration(Map.of("connect-timeout", Duration.ZERO,
        "wait", Duration.ofSeconds(1), "limit.pending", 1, "limit.connects", 1))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("plugins.lab.connect-timeout = PT0S is not in");
    assertThatThrownBy(() -> LabSettings.of(new TestConfiguration(Map.of("connect-timeout", Duration.ofSeconds(1),
        "wait", Duration.ofSeconds(1), "limit.pending", 0, "limit.connects", 1))))
        .hasMessageContaining("plugins.lab.limit.pending = 0 is not in 1..");
    assertThat(List.of(LabSettings.of(new TestConfiguration(Map.of("connect-timeout", Duration.ofSeconds(1),
        "wait", Duration.ofSeconds(2), "limit.pending", 3, "limit.connects", 4)))))
        .containsExactly(new LabSettings(Duration.ofSeconds(1), Duration.ofSeconds(2), 3, 4));
  }
}
