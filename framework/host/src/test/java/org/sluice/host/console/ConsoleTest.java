package org.sluice.host.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sluice.core.fault.PluginFaults;
import org.sluice.host.testing.Golden;
import org.sluice.host.testing.Owners;
import org.sluice.host.testing.RecordingSink;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.console.ConsoleOutput;

class ConsoleTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final CommandRegistry registry = new CommandRegistry();
  private final Console console = new Console(registry);
  private final RecordingSink sink = new RecordingSink();

  /** Everything a command can show, with what is hard to show. */
  private static void showAll(List<String> arguments, ConsoleOutput output) throws CommandException {
    output.table("sessions", Column.of("Connection", 24), Column.of("State"), Column.of("Rx-f", -8));
    output.row("[0:1][CT:L] 0.0.0.0:7->0.0.0.0:0", "listening", 0);
    output.row("[0:3][CT:T] caf\u00e9 \ud83d\ude00", "ready", 123_456L);
    output.row("tab\tquote\"back\\slash\u001b[31m", "a longer state", -1.5);
    output.line("2 sessions");
    output.table("empty", Column.of("Never shown"));
    output.table("workers", Column.of("Worker name"), Column.of("Busy"));
    output.row("worker-0", true);
    output.table("sessions", Column.of("Connection"));
    output.row("again");
    output.value("total_bytes", 42);
    output.value("share", Double.NaN);
    output.line("done");
    if (arguments.contains("fail")) {
      throw CommandException.failure("it went wrong; mend it");
    }
  }

  @Test
  void text_is_aligned_in_columns() {
    registry.add(Owners.named("host"), new FakeCommand("show all", ConsoleTest::showAll));
    assertThat(run("show all")).isEqualTo(Console.OK);
    Golden.check("show-all.txt", sink.text());
  }

  @Test
  void json_is_one_object_with_the_same_content() {
    registry.add(Owners.named("host"), new FakeCommand("show all", ConsoleTest::showAll));
    assertThat(run("show all --json")).isEqualTo(Console.OK);
    Golden.check("show-all.json", sink.text());
    Config parsed = parse(sink.text());
    assertThat(parsed.getConfigList("sessions").get(1).getString("connection"))
        .isEqualTo("[0:3][CT:T] caf\u00e9 \ud83d\ude00");
    assertThat(parsed.getConfigList("sessions").get(2).getString("connection"))
        .isEqualTo("tab\tquote\"back\\slash\u001b[31m");
  }

  @Test
  void a_tree_is_indented_for_people_alone() {
    registry.add(Owners.named("host"), new FakeCommand("show tree", (arguments, output) -> {
      output.table("tree", Column.of("Node"));
      output.row(new ConsoleOutput.Indented(0, "root"));
      output.row(new ConsoleOutput.Indented(2, "leaf"));
    }));
    assertThat(run("show tree")).isEqualTo(Console.OK);
    assertThat(sink.text()).contains("root\n", "    leaf\n");
    assertThat(run("show tree --json")).isEqualTo(Console.OK);
    assertThat(sink.text()).contains("{\"node\":\"leaf\"}");
  }

  @Test
  void json_of_a_failed_command_says_why() {
    registry.add(Owners.named("host"), new FakeCommand("show all", ConsoleTest::showAll));
    assertThat(run("show all fail --json")).isEqualTo(Console.FAILED);
    assertThat(parse(sink.text()).getString("error")).isEqualTo("it went wrong; mend it");
    assertThat(sink.errors()).containsExactly("it went wrong; mend it");
  }

  @Test
  void json_of_an_unknown_command_is_json_too() {
    assertThat(run("nothing --json")).isEqualTo(2);
    assertThat(parse(sink.text()).getString("error")).contains("unknown command");
  }

  @Test
  void many_rows_arrive_while_the_command_still_runs_in_both_formats() {
    int rows = 5000;
    StringBuilder lengths = new StringBuilder();
    registry.add(Owners.named("host"), new FakeCommand("count", (arguments, output) -> {
      output.table("numbers", Column.of("Number", -6));
      for (int i = 0; i < rows; i++) {
        output.row(i);
      }
      lengths.append(sink.text().length());
    }));
    assertThat(run("count")).isEqualTo(Console.OK);
    assertThat(Integer.parseInt(lengths.toString())).isGreaterThan(30_000);
    assertThat(sink.text().lines()).hasSize(rows + 1).contains("  4999");
    lengths.setLength(0);
    int before = sink.text().length();
    assertThat(run("count --json")).isEqualTo(Console.OK);
    assertThat(Integer.parseInt(lengths.toString()) - before).isGreaterThan(30_000);
    assertThat(parse(sink.text().substring(before)).getConfigList("numbers")).hasSize(rows);
  }

  @Test
  void quotes_keep_words_together() {
    registry.add(Owners.named("host"),
        new FakeCommand("echo", (arguments, output) -> output.line(arguments.toString())));
    assertThat(run("echo 'a b' \"c  d\"e '' f")).isEqualTo(Console.OK);
    assertThat(sink.text()).isEqualTo("[a b, c  de, , f]\n");
  }

  @Test
  void an_empty_line_does_nothing() {
    assertThat(run("  ")).isEqualTo(Console.OK);
    assertThat(sink.text()).isEmpty();
    assertThat(sink.errors()).isEmpty();
  }

  @Test
  void a_command_that_throws_is_reported_under_its_owner_and_the_console_goes_on() {
    PluginFaults shaky = Owners.named("shaky");
    registry.add(shaky, new FakeCommand("break", (arguments, output) -> {
      throw new IllegalStateException("oops");
    }));
    assertThat(run("break")).isEqualTo(Console.FAILED);
    assertThat(sink.errors().getFirst()).contains("'break' of shaky broke", "oops");
    assertThat(run("break")).isEqualTo(Console.FAILED);
    assertThat(shaky.count()).isEqualTo(2);
  }

  @Test
  void a_row_that_does_not_fit_its_table_is_the_commands_mistake() {
    registry.add(Owners.named("shaky"), new FakeCommand("rows", (arguments, output) -> {
      output.table("t", Column.of("One"));
      output.row(1, 2);
    }));
    assertThat(run("rows")).isEqualTo(Console.FAILED);
    assertThat(sink.errors().getFirst()).contains("a row of 2 cells in a table of 1 columns");
  }

  @Test
  void a_cancelled_command_is_interrupted_and_its_thread_is_clean_afterwards() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    registry.add(Owners.named("host"), new FakeCommand("wait", (arguments, output) -> {
      running.countDown();
      new CountDownLatch(1).await();
    }));
    Invocation invocation = new Invocation();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    CompletableFuture<Integer> status = new CompletableFuture<>();
    Thread.ofPlatform().start(() -> {
      status.complete(console.run("wait", sink, invocation));
      interrupted.complete(Thread.currentThread().isInterrupted());
    });
    assertThat(running.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    invocation.cancel();
    assertThat(status.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Console.CANCELLED);
    assertThat(interrupted.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isFalse();
    assertThat(sink.errors()).containsExactly("cancelled");
  }

  @Test
  void a_command_that_did_all_its_work_is_done_whatever_was_cancelled_meanwhile() {
    Invocation invocation = new Invocation();
    registry.add(Owners.named("host"), new FakeCommand("quit", (arguments, output) -> {
      output.line("stopping");
      invocation.cancel();
    }));
    assertThat(console.run("quit", sink, invocation)).isEqualTo(Console.OK);
    assertThat(sink.text()).isEqualTo("stopping\n");
    assertThat(sink.errors()).isEmpty();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void a_command_that_breaks_off_when_it_is_cancelled_is_reported_as_cancelled() {
    Invocation invocation = new Invocation();
    registry.add(Owners.named("host"), new FakeCommand("count", (arguments, output) -> {
      while (!output.isCancelled()) {
        output.line("one");
        invocation.cancel();
      }
    }));
    assertThat(console.run("count", sink, invocation)).isEqualTo(Console.CANCELLED);
    assertThat(sink.text()).isEqualTo("one\n");
    assertThat(sink.errors()).containsExactly("cancelled");
  }

  @Test
  void removing_a_command_ends_its_runs() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    RegisteredCommand command = registry.add(Owners.named("going"), new FakeCommand("wait", (arguments, output) -> {
      running.countDown();
      new CountDownLatch(1).await();
    }));
    CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> run("wait"));
    assertThat(running.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(registry.remove(command, PATIENCE)).isTrue();
    assertThat(status.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Console.CANCELLED);
    assertThat(run("wait")).isEqualTo(2);
  }

  @Test
  void progress_is_not_part_of_the_result() {
    registry.add(Owners.named("host"), new FakeCommand("work", (arguments, output) -> {
      output.table("t", Column.of("Step"));
      output.row("one");
      output.progress("half");
      output.row("two");
    }));
    assertThat(run("work")).isEqualTo(Console.OK);
    assertThat(sink.text()).isEqualTo("Step\none\ntwo\n");
    assertThat(sink.progress()).containsExactly("half");
  }

  private int run(String line) {
    return console.run(line, sink, new Invocation());
  }

  private static Config parse(String json) {
    return ConfigFactory.parseString(json, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
  }
}
