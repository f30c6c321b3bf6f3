package org.sluice.host.watch;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.boot.HostOptions.Control;
import org.sluice.host.console.Invocation;
import org.sluice.host.plugin.ClassOwners;
import org.sluice.host.testing.CapturedLog;
import org.sluice.host.testing.PluginJarBuilder;
import org.sluice.host.testing.RecordingSink;
import org.sluice.spi.runtime.Clock;

/** A callback that does not return is named, and the host goes on. */
class WatchdogTest {
  private static final long DEADLINE_SECONDS = 20;

  @TempDir Path home;
  private final RecordingSink sink = new RecordingSink();

  /** Lets a host close that the test has given up on: it waits for its workers. */
  private interface Release extends AutoCloseable {
    @Override
    void close();
  }

  /** An application that spins when it is attached anew, until the command {@code let go}. */
  private void stubbornPlugin() throws Exception {
    Path folder = Files.createDirectory(home.resolve("plugins"));
    PluginJarBuilder.plugin("stubborn")
        .source("Loop", """
            public class Loop {
              static volatile boolean enough;
              static void untilEnough() {
                while (!enough) {
                  Thread.onSpinWait();
                }
              }
            }""")
        .extension("Hold", """
            public class Hold implements ConsoleCommand {
              private final org.sluice.spi.runtime.Workers workers;
              public Hold(HostServices host) { workers = host.workers(); }
              public String name() { return "hold"; }
              public String summary() { return "Holds a worker"; }
              public void run(List<String> arguments, ConsoleOutput output) {
                workers.newPort(this::onMessage).send(1, 0, 0, 0);
              }
              private void onMessage(org.sluice.spi.runtime.Worker worker, int kind, long handle, long argument) {
                List.of("once").forEach(word -> Loop.untilEnough());
              }
            }""")
        .extension("LetGo", """
            public class LetGo implements ConsoleCommand {
              public String name() { return "let go"; }
              public String summary() { return "Lets it go"; }
              public void run(List<String> arguments, ConsoleOutput output) { Loop.enough = true; }
            }""")
        .write(folder, "stubborn.jar");
  }

  @Test
  void the_plugin_that_holds_a_worker_is_named_while_the_host_goes_on_and_when_it_is_over() throws Exception {
    stubbornPlugin();
    List<RecordedEvent> recorded;
    try (CapturedLog log = CapturedLog.of(Watchdog.class.getName(), Level.INFO);
        Recording recording = new Recording()) {
      recording.start();
      try (Host host = Host.boot(new HostOptions(home, null, null, List.of(), Control.NONE, null,
          List.of("stack.watchdog=20ms", "stack.workers=2"))); Release _ = () -> run(host, "let go")) {
        assertThat(run(host, "hold")).isZero();
        ILoggingEvent first = log.next();
        assertThat(first.getLevel()).isEqualTo(Level.ERROR);
        assertThat(first.getFormattedMessage()).contains("worker-1 does not come back from plugin stubborn since ",
            "sample.Hold.onMessage called", "now in sample.Loop.untilEnough(Loop.java:");
        assertThat(first.getThrowableProxy().getStackTraceElementProxyArray()).extracting(Object::toString)
            .anyMatch(frame -> frame.contains("StackWorker.turn"));
        ILoggingEvent second = log.next();
        assertThat(lasts(second)).as("again when the time has doubled").isGreaterThanOrEqualTo(2 * lasts(first));

        assertThat(host.stack().workers().query(2, () -> "here")).succeedsWithin(Duration.ofSeconds(DEADLINE_SECONDS));
        assertThat(run(host, "show workers")).isEqualTo(1);
        assertThat(sink.text()).contains("worker-0", "worker-2").doesNotContain("worker-1");
        assertThat(sink.errors()).last().asString().contains("worker-1 does not answer since ", "the log says");
        assertThat(run(host, "show counters stuck")).isZero();
        assertThat(sink.text()).containsPattern("stubborn\\.callbacks\\.stuck +1\\b");

        assertThat(run(host, "let go")).isZero();
        ILoggingEvent event = log.next();
        while (event.getLevel() == Level.ERROR) {
          event = log.next();
        }
        assertThat(event.getFormattedMessage()).contains("worker-1 has come back from sample.Hold.onMessage of plugin "
            + "stubborn");
        assertThat(run(host, "show workers")).isZero();
      }
      recorded = events(recording);
    }
    assertThat(recorded).hasSizeGreaterThanOrEqualTo(3).allSatisfy(event -> {
      assertThat(event.getString("plugin")).isEqualTo("stubborn");
      assertThat(event.getString("worker")).isEqualTo("worker-1");
      assertThat(event.getString("callback")).isEqualTo("sample.Hold.onMessage");
      assertThat(event.getDuration("lasts")).isGreaterThanOrEqualTo(Duration.ofMillis(20));
    });
    assertThat(recorded.stream().filter(event -> event.getBoolean("over"))).hasSize(1);
  }

  private List<RecordedEvent> events(Recording recording) throws Exception {
    Path file = home.resolve("recording.jfr");
    recording.dump(file);
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals("sluice.SlowCallback")).toList();
  }

  private static long lasts(ILoggingEvent event) {
    return Long.parseLong(event.getFormattedMessage().replaceAll(".* since (\\d+) ms.*", "$1"));
  }

  private int run(Host host, String line) {
    return host.console().run(line, sink, new Invocation());
  }

  @Test
  void a_worker_is_not_blamed_at_its_first_looks_however_late_these_come() throws Exception {
    AtomicLong time = new AtomicLong(1);
    Clock clock = new Clock() {
      @Override
      public long nanoTime() {
        return time.get();
      }

      @Override
      public long epochMicros() {
        return 0;
      }
    };
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch enough = new CountDownLatch(1);
    try (CapturedLog log = CapturedLog.of(Watchdog.class.getName(), Level.INFO);
        WorkerSet workers = WorkerSet.builder().clock(clock).build()) {
      Watchdog watchdog = new Watchdog(workers, clock, workers.counters(), new ClassOwners(),
          Duration.ofSeconds(1));
      workers.start();
      CompletableFuture<Boolean> answer = workers.query(0, () -> {
        held.countDown();
        try {
          return enough.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          return false;
        }
      });
      assertThat(held.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
      watchdog.look();
      time.addAndGet(Duration.ofHours(1).toNanos());
      watchdog.look();
      assertThat(log.messages()).as("the process may have been stopped for an hour").isEmpty();
      watchdog.look();
      assertThat(log.messages()).singleElement().asString()
          .contains("worker-0 does not come back from plugin stack since 3600000 ms", "now in " + getClass().getName());
      watchdog.look();
      assertThat(log.messages()).as("not twice for the same time").hasSize(1);
      enough.countDown();
      assertThat(answer.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }
}
