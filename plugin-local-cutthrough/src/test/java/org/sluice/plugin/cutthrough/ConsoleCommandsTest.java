package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.Stack;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.testkit.console.GoldenText;
import org.sluice.testkit.console.RecordingOutput;

/**
 * The console commands over cut-through sessions. What they print is kept in {@code src/test/resources/console};
 * see {@link GoldenText} for how to accept a change.
 */
class ConsoleCommandsTest {
  private static final String[] COMMANDS = {
    "show session",
    "show session verbose",
    "show session verbose 2",
    "show session listeners",
    "show session states",
    "show session protos",
    "show app",
    "show app verbose",
    "show app listeners",
    "show segment-manager",
    "show segment-manager verbose",
    "show transport"
  };

  private final GoldenText golden = new GoldenText("console");
  private final ConsoleRig rig = new ConsoleRig();

  // ---- What is shown.

  @Test
  void nothing_attached() {
    golden.assertMatches("nothing-attached", rig.transcript(COMMANDS) + rig.transcript("show workers"));
  }

  @Test
  void a_pair_with_waiting_bytes_and_a_half_open() {
    ApplicationContext client = pair();
    rig.connect(client, 43);
    golden.assertMatches(
        "pair-and-half-open", rig.transcript(COMMANDS) + rig.transcript("show app client", "show session stats"));
  }

  @Test
  void after_the_close_only_the_listener_is_left() {
    pair();
    rig.asWorker(() -> rig.client.sessions.forEach(Session::close));
    rig.settle();
    golden.assertMatches("closed", rig.transcript(COMMANDS));
  }

  @Test
  void a_network_protocol_whose_local_sessions_are_carried_by_cut_through() {
    SilentTcp tcp = new SilentTcp(rig.scope.sessions());
    rig.asWorker(() -> rig.scope.registerTransport(tcp).join());
    ApplicationContext client = attached();
    rig.asWorker(() -> client.listen("tcp://0.0.0.0:80").join());
    rig.connect(client, "tcp://127.0.0.1:80", 1);
    rig.settle();
    rig.connect(client, "tcp://10.0.0.1:80", 2);
    String[] commands = {"show session verbose 2 proto tcp", "show session listeners tcp", "show app listeners"};
    StringBuilder seen = new StringBuilder(rig.transcript(commands));
    rig.asWorker(() -> tcp.failConnects(SessionError.TIMEDOUT.code()));
    seen.append(rig.transcript("show session verbose worker 0"));
    rig.settle();
    rig.asWorker(tcp::deleteHalfOpens);
    rig.settle();
    seen.append(rig.transcript("show session verbose worker 0", "show session stats"));
    golden.assertMatches("network-protocol", seen.toString());
    assertThat(rig.client.failures).containsExactly(SessionError.TIMEDOUT);
    assertThat(rig.scope.faults().count()).isZero();
  }

  @Test
  void the_complaints_about_wrong_arguments_say_what_is_right() {
    pair();
    StringBuilder complaints = new StringBuilder();
    for (String typed : List.of("show session verbos2", "show session st", "show session verbose 3",
        "show session worker", "show session worker 2", "show session state open", "show session proto tcp",
        "show session listeners tcp", "show session index x", "show session ep 10.0.0.1:x",
        "show session lcl", "show session 9:1", "show session listeners ct 1", "show session protos all",
        "show app nobody", "show app server client", "show segment-manager all", "show segment-manager 99",
        "show transport ct", "show workers 1", "show counters a b", "clear session", "clear session 1",
        "clear session 9:1", "clear session 1:77", "clear session 0:0", "session enable all", "session disable ct")) {
      CommandException refused = rig.refusal(typed);
      complaints.append("> ").append(typed).append('\n').append(refused.exitStatus()).append(": ")
          .append(refused.getMessage()).append("\n\n");
    }
    golden.assertMatches("complaints", complaints.toString());
  }

  @Test
  void scripts_find_numbers_under_stable_keys() {
    pair();
    assertThat(rig.run("show session verbose").rows("sessions").getLast().keySet())
        .containsExactly("connection", "state", "rx_bytes", "tx_bytes");
    assertThat(rig.run("show session verbose worker 1").rows("sessions"))
        .extracting(row -> row.get("rx_bytes"), row -> row.get("tx_bytes"))
        .contains(tuple(5, 2), tuple(2, 5));
    assertThat(rig.run("show session").values()).isEqualTo(Map.of("sessions", 2L, "half_opens", 0L, "listeners", 1L));
  }

  // ---- Many sessions.

  @Test
  void more_than_a_screenful_is_held_back_with_the_command_that_shows_it() {
    ApplicationContext client = attached();
    // One after the other: more at once than the server's event queue holds would be refused.
    IntStream.range(0, 30).forEach(i -> {
      rig.connect(client, i);
      rig.settle();
    });
    RecordingOutput few = rig.run("show session verbose state ready");
    assertThat(few.rows("sessions")).hasSize(50);
    assertThat(few.lines()).contains("Worker 1: 60 match; 60 active, 0 closed",
        "  10 more are not shown; 'show session verbose worker 1 state ready force-print' shows them");
    assertThat(rig.run("show session verbose worker 1 state ready force-print").rows("sessions")).hasSize(60);
    assertThat(rig.run("show session verbose 2 force-print").column("details", "session").stream()
        .distinct()).hasSize(61);
  }

  @Test
  void what_does_not_fit_on_one_screen_is_shown_up_to_exactly_that() {
    ApplicationContext client = attached();
    IntStream.range(0, 25).forEach(i -> {
      rig.connect(client, i);
      rig.settle();
    });
    RecordingOutput all = rig.run("show session verbose worker 1");
    assertThat(all.rows("sessions")).hasSize(50);
    assertThat(all.lines()).containsExactly("Worker 1: 50 active, 0 closed");
  }

  @Test
  void a_user_who_gives_up_sees_no_further_worker() {
    ApplicationContext client = attached();
    rig.connect(client, 1);
    rig.settle();
    RecordingOutput output = new RecordingOutput().cancelAfterRows(1);
    rig.run("show session verbose", output);
    assertThat(output.rows("sessions")).hasSize(1);
    assertThat(output.lines()).allMatch(line -> line.startsWith("Worker 0"));
  }

  // ---- Filters and completion.

  @Test
  void filters_choose_sessions_by_state_protocol_and_worker() {
    ApplicationContext client = pair();
    rig.connect(client, 43);
    assertThat(rig.run("show session state ready").rows("sessions")).hasSize(2);
    assertThat(rig.run("show session state connecting").rows("sessions")).hasSize(1);
    assertThat(rig.run("show session state listening worker 1").rows("sessions")).isEmpty();
    assertThat(rig.run("show session proto ct").rows("sessions")).hasSize(4);
    assertThat(rig.run("show session proto CT worker 0").rows("sessions")).hasSize(2);
    assertThat(rig.run("show session verb w 1").rows("sessions")).hasSize(2);
  }

  @Test
  void filters_choose_sessions_by_endpoint_and_index() {
    ApplicationContext client = pair();
    rig.connect(client, 43);
    assertThat(rig.run("show session rmt 127.0.0.1:7").rows("sessions")).as("client and half-open").hasSize(2);
    assertThat(rig.run("show session lcl 127.0.0.1:7").rows("sessions")).hasSize(1);
    assertThat(rig.run("show session ep 127.0.0.0/8:7 state ready").rows("sessions")).hasSize(2);
    assertThat(rig.run("show session ep 127.0.0.1:8").rows("sessions")).isEmpty();
    assertThat(rig.run("show session ep 10.0.0.0/8").rows("sessions")).isEmpty();
    assertThat(rig.run("show session ep ::/0").rows("sessions")).isEmpty();
    assertThat(rig.run("show session ep [::1]:7").rows("sessions")).isEmpty();
    assertThat(rig.run("show session worker 1 index 1").rows("sessions")).hasSize(1);
    assertThat(rig.run("show session worker 1 index 0-9").lines())
        .containsExactly("Worker 1: 2 match; 2 active, 0 closed");
    assertThat(rig.run("show session app client").rows("sessions")).hasSize(2);
    RecordingOutput one = rig.run("show session 1:1");
    assertThat(one.rows("sessions")).hasSize(1);
    assertThat(one.column("details", "session")).containsOnly("1:1");
    assertThat(rig.refusal("show session 1:99")).hasMessage("there is no session 1:99 (any more)");
    assertThat(rig.refusal("show session index 9-0")).hasMessageContaining("'9-0' is no index and no range");
  }

  @Test
  void what_waits_for_its_turn_is_counted_by_worker() {
    pair();
    assertThat(rig.run("show session events").rows("events")).hasSize(2);
    assertThat(rig.run("show session events").column("events", "watched").get(1)).isEqualTo(2);
    rig.asWorker(() -> rig.client.sessions.forEach(Session::close));
    assertThat(rig.run("show session events").column("events", "control").get(1)).isEqualTo(1);
    rig.settle();
    assertThat(rig.run("show session events").column("events", "control").get(1)).isEqualTo(0);
  }

  @Test
  void what_waits_for_applications_is_counted_by_their_workers() {
    ApplicationContext client = pair();
    assertThat(rig.run("show app mq").rows("queues"))
        .extracting(row -> row.get("name"), row -> row.get("queued_events"))
        .containsExactly(tuple("server", 0), tuple("server", 0), tuple("client", 0), tuple("client", 0));
    rig.asWorker(() -> rig.client.sessions.getFirst().write(new byte[] {1}, 0, 1));
    rig.connect(client, 44);
    assertThat(rig.run("show app mq").column("queues", "queued_events")).as("nobody has had a turn").contains(1);
    assertThat(rig.run("show app mq").column("queues", "most_events")).containsOnly(64);
  }

  @Test
  void errors_can_be_counted_anew() {
    ApplicationContext client = attached();
    rig.connect(client, "ct://127.0.0.1:99", 1);
    rig.settle();
    assertThat(rig.run("show session stats").values()).isEqualTo(Map.of("errors", 1L));
    rig.run("clear session stats");
    assertThat(rig.run("show session stats").values()).isEqualTo(Map.of("errors", 0L));
    assertThat(rig.run("show session stats").rows("error_counters")).isEmpty();
    rig.connect(client, "ct://127.0.0.1:99", 1);
    rig.settle();
    assertThat(rig.run("show session stats").values()).isEqualTo(Map.of("errors", 1L));
  }

  @Test
  void completion_offers_the_words_that_may_come_next() {
    pair();
    assertThat(complete("show session", "")).contains("verbose", "listeners", "stats");
    assertThat(complete("show session", "verbose", "w")).containsExactly("worker");
    assertThat(complete("show session", "worker", "")).containsExactly("0", "1");
    assertThat(complete("show session", "state", "re")).containsExactly("ready");
    assertThat(complete("show session", "proto", "")).containsExactly("ct");
    assertThat(complete("show session", "states", "")).isEmpty();
    assertThat(complete("show app", ""))
        .containsExactly("listeners", "clients", "ns", "mq", "evt-collector", "verbose", "server", "client");
    assertThat(complete("show app", "server", "")).containsExactly("verbose");
    assertThat(complete("show app", "ns", "d")).containsExactly("default");
    assertThat(complete("show segment-manager", "v")).containsExactly("verbose");
    assertThat(complete("show counters", "stack.session.lim")).containsExactly("stack.session.limit");
  }

  private List<String> complete(String name, String... words) {
    ConsoleCommand command = rig.command(name);
    List<List<String>> found = new ArrayList<>();
    rig.asWorker(() -> found.add(command.complete(List.of(words))));
    return found.getFirst();
  }

  // ---- Applications by name and index; counters.

  @Test
  void an_application_is_found_by_its_name_and_by_its_index() {
    pair();
    String byName = rig.run("show app client").text();
    assertThat(byName).contains("name: client");
    assertThat(rig.run("show app 1").text()).isEqualTo(byName);
  }

  @Test
  void clients_are_listed_with_the_memory_of_what_they_connect() {
    pair();
    RecordingOutput shown = rig.run("show app clients");
    assertThat(shown.column("clients", "app")).containsExactly("server", "client");
    assertThat(shown.column("clients", "app_worker")).containsOnly(0);
    assertThat(rig.run("show segment-manager").column("segment_managers", "index"))
        .containsAll(shown.column("clients", "segment_manager"));
  }

  @Test
  void counters_show_what_has_counted_and_all_on_demand() {
    pair();
    rig.refusal("clear session 1:77");
    assertThat(rig.run("show counters").column("counters", "value")).isNotEmpty().doesNotContain(0L);
    RecordingOutput all = rig.run("show counters all stack.session");
    assertThat(all.column("counters", "counter"))
        .contains("stack.session.limit")
        .allMatch(name -> name.toString().startsWith("stack.session"));
    assertThat(all.column("counters", "value")).contains(0L);
    assertThat(rig.run("show counters all limit").column("counters", "counter"))
        .contains("stack.session.limit", "stack.application.worker.limit", "stack.segment.limit.stack")
        .allMatch(name -> name.toString().contains(".limit"));
  }

  // ---- Clearing.

  @Test
  void a_cleared_session_is_reset_for_both_applications_and_goes() {
    pair();
    assertThat(rig.run("clear session 1:0").lines()).containsExactly("session 1:0 is reset, its application is told");
    rig.settle();
    assertThat(rig.client.resets + rig.server.resets).isEqualTo(2);
    assertThat(rig.run("show session").values()).containsEntry("sessions", 0L);
    RecordingOutput memory = rig.run("show segment-manager verbose");
    assertThat(memory.column("local_segments", "server_sessions")).containsOnly(0);
    assertThat(memory.column("local_segments", "client_sessions")).containsOnly(0);
    assertThat(rig.scope.faults().count()).isZero();
  }

  @Test
  void a_cleared_half_open_fails_for_its_application_once_and_leaves_nothing() {
    ApplicationContext client = attached();
    rig.connect(client, 7);
    String id = rig.run("show session state connecting").column("sessions", "connection").getFirst().toString();
    rig.run("clear session " + id.substring(1, id.indexOf(']')));
    rig.settle();
    assertThat(rig.client.failures).containsExactly(SessionError.CANCELLED);
    assertThat(rig.client.sessions).isEmpty();
    assertThat(rig.run("show session").values()).isEqualTo(Map.of("sessions", 0L, "half_opens", 0L, "listeners", 1L));
    assertThat(rig.scope.faults().count()).isZero();
  }

  // ---- Threads.

  @Test
  @Timeout(60)
  void a_console_thread_reads_running_workers() throws Exception {
    try (Stack stack = Stack.builder().dataWorkers(1).build()) {
      stack.start();
      for (ConsoleCommand command : stack.consoleCommands()) {
        if (command.name().startsWith("show") || command.arguments().isEmpty()) {
          command.run(List.of(), new RecordingOutput());
        }
      }
      RecordingOutput workers = new RecordingOutput();
      stack.consoleCommands().stream().filter(c -> c.name().equals("show workers")).findFirst().orElseThrow()
          .run(List.of(), workers);
      assertThat(workers.column("workers", "worker")).containsExactly("worker-0", "worker-1");
    }
  }

  private ApplicationContext attached() {
    rig.registerTransport();
    rig.attachServer();
    return rig.attachClient();
  }

  private ApplicationContext pair() {
    ApplicationContext client = attached();
    rig.connect(client, 42);
    rig.settle();
    assertThat(rig.client.sessions).hasSize(1);
    return client;
  }
}
