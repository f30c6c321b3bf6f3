package org.sluice.host.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sluice.host.testing.Owners;
import org.sluice.host.testing.RecordingSink;
import org.sluice.spi.console.CommandException;

class WatchCommandTest {
  private final CommandRegistry registry = new CommandRegistry();
  private final Console console = new Console(registry);
  private final RecordingSink sink = new RecordingSink();
  private final Invocation invocation = new Invocation();
  private final AtomicInteger rounds = new AtomicInteger();

  @BeforeEach
  void add_commands() {
    registry.add(Owners.named("host"), new WatchCommand(registry));
    registry.add(Owners.named("host"), new FakeCommand("quit"));
    registry.add(Owners.named("host"), new FakeCommand("show round", (arguments, output) -> {
      output.value("round", rounds.incrementAndGet());
      if (arguments.contains("fail")) {
        throw CommandException.failure("no luck");
      }
      if (arguments.contains("cancel") && rounds.get() == 2) {
        invocation.cancel();
      }
    }));
  }

  @Test
  void each_round_is_shown_below_what_is_repeated() {
    assertThat(run("watch 0.1 count 2 show round")).isEqualTo(Console.OK);
    assertThat(sink.text()).isEqualTo("every 0.1 s: show round\nround: 1\nevery 0.1 s: show round\nround: 2\n");
  }

  @Test
  void json_is_one_object_per_round() {
    assertThat(run("watch 0.1 count 2 show round --json")).isEqualTo(Console.OK);
    assertThat(sink.text().replaceAll("\\s", "")).isEqualTo("{\"round\":1}{\"round\":2}");
  }

  @Test
  void a_round_that_fails_does_not_end_it() {
    assertThat(run("watch 0.1 count 2 show round fail")).isEqualTo(Console.OK);
    assertThat(sink.errors()).containsExactly("no luck", "no luck");
  }

  @Test
  void it_ends_when_the_user_gives_up() {
    assertThat(run("watch 0.1 show round cancel")).isEqualTo(Console.CANCELLED);
    assertThat(rounds).hasValue(2);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void a_round_that_is_cancelled_ends_it_and_says_so_once() {
    registry.add(Owners.named("host"), new FakeCommand("show wait", (arguments, output) -> {
      rounds.incrementAndGet();
      invocation.cancel();
      new CountDownLatch(1).await();
    }));
    assertThat(run("watch 0.1 show wait")).isEqualTo(Console.CANCELLED);
    assertThat(sink.errors()).containsExactly("cancelled");
    assertThat(rounds).hasValue(1);
  }

  @Test
  void what_makes_no_sense_is_refused() {
    for (String line : new String[] {"watch", "watch quit", "watch watch show round", "watch 0.05 show round",
        "watch 3601 show round", "watch count 0 show round", "watch count", "watch nothing"}) {
      assertThat(run(line)).as(line).isEqualTo(2);
    }
    assertThat(rounds).hasValue(0);
  }

  private int run(String line) {
    return console.run(line, sink, invocation);
  }
}
