package org.sluice.host.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.host.boot.HostOptions.Control;
import org.sluice.host.config.KeyReference;
import org.sluice.host.console.Console;
import org.sluice.host.console.Invocation;
import org.sluice.host.testing.PluginJarBuilder;
import org.sluice.host.testing.RecordingSink;

/** {@code config ...} in a running host. */
class ConfigCommandsTest {
  @TempDir Path home;
  private Host host;

  @BeforeEach
  void start() throws Exception {
    Path plugins = Files.createDirectory(home.resolve("plugins"));
    PluginJarBuilder.plugin("pump").extension("Rate", """
        public class Rate implements ConsoleCommand {
          private final org.sluice.spi.host.HostServices services;
          private volatile long told = -1;
          public Rate(org.sluice.spi.host.HostServices services) {
            this.services = services;
            services.onConfigurationChange(section -> {
              if (section.number("rate") == 66) {
                throw new IllegalStateException("too odd");
              }
              told = section.number("rate");
            });
          }
          public String name() { return "rate"; }
          public String summary() { return ""; }
          public void run(List<String> arguments, ConsoleOutput output) {
            output.line("told " + told + ", rate " + services.configuration().number("rate")
                + ", size " + services.configuration().number("size"));
          }
        }""").entry("reference.conf", """
        plugins.pump {
          # How fast it pumps. It can be told so at any time.
          # type: integer 1..100
          # live: yes
          rate = 10
          size = 5
        }
        """).write(plugins, "pump.jar");
    host = Host.boot(new HostOptions(home, null, null, List.of(), Control.SOCKET, null, List.of()));
    host.serve();
  }

  @AfterEach
  void stop() {
    host.close();
  }

  @Test
  void a_reload_applies_live_keys_and_says_what_the_others_wait_for() throws Exception {
    write("stack.workers = 1\nhost.plugin-timeout = 20 s\nplugins.pump { rate = 20, size = 6 }");
    String shown = run("config reload");
    assertThat(effect(shown, "host.plugin-timeout")).contains("30 s", "20 s").endsWith("applied");
    assertThat(effect(shown, "stack.workers")).endsWith("takes effect at restart");
    assertThat(effect(shown, "plugins.pump.rate")).endsWith("applied");
    assertThat(effect(shown, "plugins.pump.size")).endsWith("needs 'plugin reload pump'");
    assertThat(run("rate")).contains("told 20, rate 20, size 5");
    assertThat(run("show config plugins.pump")).contains("sluice.conf:3").containsPattern("size +5 +default");

    String again = run("config reload");
    assertThat(again).as("what is not in force is told again").contains("stack.workers", "plugins.pump.size")
        .doesNotContain("plugins.pump.rate", "host.plugin-timeout");
  }

  @Test
  void a_wrong_file_changes_nothing_and_shows_all_problems() throws Exception {
    write("plugins.pump { rate = 20, size = many }\nstack.workres = 1");
    RecordingSink sink = new RecordingSink();
    assertThat(host.console().run("config reload", sink, new Invocation())).isEqualTo(Console.FAILED);
    assertThat(sink.text()).contains("CFG-004", "sluice.conf:1", "CFG-003", "sluice.conf:2", "stack.workers");
    assertThat(run("rate")).contains("told -1, rate 10, size 5");
  }

  @Test
  void a_listener_that_throws_is_named() throws Exception {
    write("plugins.pump.rate = 66");
    assertThat(effect(run("config reload"), "plugins.pump.rate")).contains("failed:", "too odd");
  }

  @Test
  void every_live_key_of_host_and_stack_has_somebody_who_applies_it() throws Exception {
    write("host { ctl-connections = 1, ctl-timeout = 20 ms, plugin-timeout = 20 s }\n"
        + "stack { rt-backend = rule-table, session-layer = disabled }");
    String shown = run("config reload");
    List<String> live = host.settings().keys().keys().stream()
        .filter(key -> key.live() && !key.key().startsWith("plugins.")).map(KeyReference::key).toList();
    assertThat(live).hasSizeGreaterThanOrEqualTo(5)
        .allSatisfy(key -> assertThat(effect(shown, key)).endsWith("applied"));
  }

  @Test
  void backend_and_session_layer_follow_the_file() throws Exception {
    write("stack { rt-backend = sdl, session-layer = disabled }");
    run("config reload");
    assertThat(host.stack().policy().backend()).isEqualTo(PolicyBackend.DENY_LIST);
    assertThat(host.stack().sessionLayerSwitch().isOn()).isFalse();
    write("");
    run("config reload");
    assertThat(host.stack().policy().backend()).isEqualTo(PolicyBackend.NONE);
    assertThat(host.stack().sessionLayerSwitch().isOn()).isTrue();
  }

  @Test
  void the_time_that_a_client_may_take_follows_the_file() throws Exception {
    write("host.ctl-timeout = 20 ms");
    run("config reload");
    try (var silent = SocketChannel.open(
        UnixDomainSocketAddress.of(host.socket().orElseThrow()))) {
      assertThat(answer(silent)).contains("no request came within 20 ms");
    }
  }

  @Test
  void the_number_of_clients_follows_the_file() throws Exception {
    write("host.ctl-connections = 1");
    run("config reload");
    UnixDomainSocketAddress place = UnixDomainSocketAddress.of(host.socket().orElseThrow());
    try (var first = SocketChannel.open(place); var second = SocketChannel.open(place)) {
      assertThat(first.isConnected()).isTrue();
      assertThat(answer(second)).contains("all 1 connections are in use");
    }
  }

  private static String answer(SocketChannel client) throws IOException {
    ByteBuffer answer = ByteBuffer.allocate(4096);
    while (client.read(answer) >= 0) {
      assertThat(answer.hasRemaining()).isTrue();
    }
    return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
  }

  @Test
  void keys_are_listed_with_type_default_and_what_they_are() {
    assertThat(run("config list pump")).containsPattern("plugins.pump.rate +a whole number, 1..100 +10 +yes +"
        + "How fast it pumps\\.\\R").containsPattern("plugins.pump.size +a whole number +5 +no");
    assertThat(run("config list pump.rate --full")).contains("It can be told so at any time.");
    assertThat(run("config show stack.limits.packets-per-neighbor")).as("a comment for several keys")
        .contains("packets that wait for the answer of one");
    RecordingSink sink = new RecordingSink();
    assertThat(host.console().run("config show stack.wokers", sink, new Invocation())).isEqualTo(Console.FAILED);
    assertThat(sink.errors().toString()).contains("did you mean stack.workers?");
  }

  @Test
  void every_key_has_a_text() {
    assertThat(host.settings().keys().keys().stream().filter(key -> !key.key().startsWith("plugins."))
        .filter(key -> key.text().isBlank()).map(KeyReference::key).collect(Collectors.toList())).isEmpty();
  }

  @Test
  void a_file_is_checked_without_being_used() throws Exception {
    Path other = Files.writeString(home.resolve("other.conf"), "plugins.pump.rate = 1000");
    RecordingSink sink = new RecordingSink();
    assertThat(host.console().run("config check " + other, sink, new Invocation())).isEqualTo(Console.FAILED);
    assertThat(sink.text()).contains("CFG-005", "other.conf:1", "1..100");
    assertThat(run("config check")).contains("nothing is wrong");
    assertThat(host.settings().section("host").duration("plugin-timeout")).isEqualTo(Duration.ofSeconds(30));
  }

  private static String effect(String shown, String key) {
    return shown.lines().filter(line -> line.startsWith(key + " ")).findFirst()
        .orElseThrow(() -> new AssertionError(key + " is not in " + shown)).strip();
  }

  private void write(String text) throws IOException {
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(home.resolve("conf/sluice.conf"), text);
  }

  private String run(String line) {
    RecordingSink sink = new RecordingSink();
    assertThat(host.console().run(line, sink, new Invocation())).as(sink.errors() + sink.text()).isEqualTo(Console.OK);
    return sink.text();
  }
}
