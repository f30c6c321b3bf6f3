package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.console.Console;
import org.sluice.host.console.Invocation;
import org.sluice.host.console.OutputSink;

/** A plugin that live sessions depend on stops when they have ended, or when somebody wants them to be reset. */
class LiveSessionsTest {
  private static final long DEADLINE_SECONDS = 20;

  @TempDir Path home;
  private Host host;

  @BeforeEach
  void boot() throws Exception {
    host = Host.boot(new HostOptions(home, null, Launch.HOME.resolve("plugins"), List.of(), HostOptions.Control.NONE,
        null, List.of("host.plugins-watch=off")));
    ok("lab attach client");
  }

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void it_refuses_and_says_which_and_how_many() {
    connect();
    connect();
    assertThat(fails("plugin stop local-cutthrough")).contains("PLG-020 local-cutthrough", "4 of transport ct", "drain",
        "force");
    assertThat(fails("plugin unload echo")).contains("PLG-020 echo", "2 of application echo");
    assertThat(fails("plugin reload lab")).contains("PLG-020 lab", "2 of application client");
    assertThat(fails("plugin disable echo")).contains("PLG-020 echo");
    assertThat(ok("echo send ct://127.0.0.1/7 still")).contains("still");
  }

  @Test
  void with_force_it_resets_them() {
    connect();
    ok("plugin stop echo force");
    assertThat(host.plugins().state("echo")).contains("STOPPED");
    ok("plugin start echo");
    assertThat(ok("echo send ct://127.0.0.1/7 again")).contains("again");
  }

  @Test
  void a_drain_takes_nothing_new_and_waits_for_those_there_while_others_may_look() throws Exception {
    String session = connect();
    Drain drain = new Drain("plugin reload local-cutthrough drain 60");
    drain.begun();
    assertThat(ok("show plugins")).contains("local-cutthrough");
    assertThat(ok("show transport")).contains("draining");
    assertThat(fails("lab connect client ct://127.0.0.1/7")).isNotEmpty();
    assertThat(fails("plugin stop echo force")).contains("PLG-021", "reload of local-cutthrough");
    assertThat(drain.progress).contains("draining local-cutthrough: 2 of transport ct; at most 60 s more");
    assertThat(drain.status).isNotDone();
    ok("lab close client " + session);
    assertThat(drain.status.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo(Console.OK);
    ok("plugin reload echo");
    assertThat(ok("echo send ct://127.0.0.1/7 after")).contains("after");
  }

  @Test
  void a_drain_of_an_application_refuses_new_sessions_of_it_alone() throws Exception {
    String session = connect();
    ok("lab attach server");
    ok("lab listen server ct://127.0.0.1/8");
    Drain drain = new Drain("plugin stop echo drain 60");
    drain.begun();
    assertThat(fails("lab connect client ct://127.0.0.1/7")).isNotEmpty();
    assertThat(ok("lab connect client ct://127.0.0.1/8")).isNotEmpty();
    ok("lab close client " + session);
    assertThat(drain.status.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo(Console.OK);
  }

  @Test
  void a_drain_that_is_not_done_in_time_leaves_all_as_it_was() {
    connect();
    assertThat(fails("plugin stop local-cutthrough drain 0"))
        .contains("PLG-020", "2 of transport ct", "still after 0 s of draining");
    assertThat(fails("plugin stop echo drain 0")).contains("PLG-020");
    assertThat(ok("show transport")).doesNotContain("draining");
    connect();
    assertThat(ok("echo send ct://127.0.0.1/7 still")).contains("still");
  }

  @Test
  void with_force_too_it_resets_what_is_left_then() {
    connect();
    ok("plugin stop local-cutthrough drain 0 force");
    assertThat(host.plugins().state("local-cutthrough")).contains("STOPPED");
  }

  @Test
  void whoever_gives_up_a_drain_leaves_all_as_it_was() throws Exception {
    connect();
    Drain drain = new Drain("plugin stop local-cutthrough drain 60");
    drain.begun();
    drain.invocation.cancel();
    assertThat(drain.status.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isNotEqualTo(Console.OK);
    assertThat(ok("show transport")).doesNotContain("draining");
    connect();
  }

  @Test
  void a_host_that_closes_does_not_wait_for_a_drain() throws Exception {
    connect();
    Drain drain = new Drain("plugin stop local-cutthrough drain 3600");
    drain.begun();
    host.close();
    assertThat(drain.status.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isNotEqualTo(Console.OK);
  }

  /** A session of the application {@code client} with the echo service; returns its id. */
  private String connect() {
    String shown = ok("lab connect client ct://127.0.0.1/7");
    Matcher id = Pattern.compile("\\d+:\\d+").matcher(shown);
    assertThat(id.find()).as(shown).isTrue();
    return id.group();
  }

  private String ok(String line) {
    Sink sink = new Sink();
    assertThat(host.console().run(line, sink, new Invocation())).as("%s: %s", line, sink.text).isEqualTo(Console.OK);
    return sink.text.toString();
  }

  private String fails(String line) {
    Sink sink = new Sink();
    assertThat(host.console().run(line, sink, new Invocation())).as("%s: %s", line, sink.text)
        .isEqualTo(Console.FAILED);
    return sink.text.toString();
  }

  private static class Sink implements OutputSink {
    final StringBuilder text = new StringBuilder();

    @Override
    public void text(String part) {
      text.append(part);
    }

    @Override
    public void error(String message) {
      text.append(message);
    }

    @Override
    public void progress(String message) {}
  }

  /** A command on a thread of its own that tells of its progress. */
  private final class Drain extends Sink {
    final Invocation invocation = new Invocation();
    final CountDownLatch reported = new CountDownLatch(1);
    final CompletableFuture<Integer> status;
    volatile String progress = "";

    Drain(String line) {
      status = CompletableFuture.supplyAsync(() -> host.console().run(line, this, invocation));
    }

    void begun() throws InterruptedException {
      assertThat(reported.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).as("it drains").isTrue();
    }

    @Override
    public void progress(String message) {
      progress = message;
      reported.countDown();
    }
  }
}
