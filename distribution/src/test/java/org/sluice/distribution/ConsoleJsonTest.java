package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.console.Invocation;
import org.sluice.host.console.OutputSink;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.session.Session;
import org.sluice.testkit.console.GoldenText;

/**
 * What scripts read: the JSON of each command is valid, and its keys and types are those in {@code
 * src/test/resources/console/json-keys.txt}; a script of somebody breaks with a key that goes.
 */
class ConsoleJsonTest {
  private static final List<String> COMMANDS = List.of(
      "show plugins", "plugin list", "show session", "show session verbose", "show session listeners",
      "show session states", "show session protos", "show session stats", "show session tree",
      "show session rt-backend",
      "show session rules", "show session lookup", "show session lookup proto ct 127.0.0.1:7 127.0.0.1:1",
      "show app", "show app verbose",
      "app evt-collector add echo", "show app evt-collector", "app evt-collector del echo",
      "show app listeners", "show app clients", "show segment-manager",
      "show segment-manager verbose", "show transport", "show workers",
      "interface add loop", "address add loop0 10.0.0.1/8", "interface table loop0 3 ip6", "table add 3",
      "route add 192.0.2.0/24 loop0 via 10.0.0.9", "show interface", "show address", "show route", "show table",
      "show ip route", "show ip neighbor", "show ip path-mtu", "ping 10.0.0.1 count 1",
      "app ns add a secret 7 interface loop0", "app ns add b ip4 3", "show app ns", "show app ns a",
      "echo serve ct://0.0.0.0/17 namespace a secret 7", "show echo", "echo stop ct://0.0.0.0/17 namespace a",
      "perf server ct://127.0.0.1/5201", "show perf", "perf stop ct://127.0.0.1/5201",
      "app ns del a", "app ns del b",
      "lab attach bench",
      "lab listen bench hole://10.0.0.1:80", "lab connect bench hole://192.0.2.9:80", "lab pending bench",
      "lab cancel bench all", "lab connect bench hole://10.0.0.1:80", "show lab", "lab detach bench",
      "help lab attach", "route del 192.0.2.0/24", "table del 3", "address del loop0 10.0.0.1", "interface del loop0",
      "show counters", "show config", "show version", "show transfer", "show http", "show tcp config",
      "show tcp connections", "show tcp stats", "show afxdp", "help", "help show app");
  private static final long DEADLINE_SECONDS = 30;

  @TempDir Path folder;

  @Test
  void every_command_gives_valid_json_with_the_keys_that_scripts_know() throws Exception {
    StringBuilder shapes = new StringBuilder();
    try (Host host = boot()) {
      connected(host).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      output(host, "session rt-backend rule-table", 0);
      output(host, "session rule add proto ct 10.0.0.0/8 80 0.0.0.0/0 any action drop tag t", 0);
      COMMANDS.forEach(command -> addShape(host, command, shapes));
      output(host, "session rt-backend none", 0);
      output(host, "session rt-backend sdl", 0);
      output(host, "session sdl add 10.0.0.0/8", 0);
      addShape(host, "show session sdl", shapes);
    }
    new GoldenText("console").assertMatches("json-keys", shapes.toString());
  }

  private static void addShape(Host host, String command, StringBuilder shapes) {
    Set<String> keys = new TreeSet<>();
    shape("", Json.parse(output(host, command + " --json", 0)), keys);
    shapes.append(command).append('\n');
    keys.forEach(key -> shapes.append("  ").append(key).append('\n'));
  }

  @Test
  void a_command_that_fails_gives_valid_json_too() throws Exception {
    try (Host host = boot()) {
      for (String command : List.of("shw plugins", "show", "show version now", "echo send nonsense x", "s")) {
        assertThat(Json.parse(output(host, command + " --json", 2))).as(command)
            .isEqualTo(Map.of("error", "string"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{}{}", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "[1 2]", "{a:1}", "01", "NaN", "\"\n\"",
      "\"\\x\"", "{} x"})
  void what_is_no_json_would_be_noticed(String text) {
    assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  private Host boot() throws Exception {
    Host host = Host.boot(new HostOptions(folder, null, Launch.HOME.resolve("plugins"), List.of(),
        HostOptions.Control.NONE, null, List.of("plugins.transfer.listen=[\"ct://0.0.0.0/9\"]",
            "plugins.http.listen=[\"ct://0.0.0.0/80\"]", "plugins.http.root=" + folder,
            "plugins.transfer.directory=\"" + folder.resolve("received") + "\"")));
    assertThat(host.plugins().problems()).isEmpty();
    assertThat(folder.resolve("received")).isDirectory();
    return host;
  }

  /** A session to the echo service that stays. */
  private static CompletableFuture<Session> connected(Host host) {
    CompletableFuture<Session> connected = new CompletableFuture<>();
    Application client = new Application() {
      @Override
      public void onAttached(ApplicationContext context) {
        var _ = context.connect("ct://127.0.0.1/7", 0);
      }

      @Override
      public void onConnected(Session session, long opaque) {
        connected.complete(session);
      }
    };
    return host.stack().applications().attach(client, AttachOptions.named("client")).thenCompose(_ -> connected);
  }

  /** Paths to what is no object, with its type: {@code sessions[].state: string}. */
  private static void shape(String path, Object value, Set<String> into) {
    switch (value) {
      case Map<?, ?> members ->
          members.forEach((key, member) -> shape(path.isEmpty() ? "" + key : path + "." + key, member, into));
      case List<?> elements when elements.isEmpty() -> into.add(path + "[]");
      case List<?> elements -> elements.forEach(element -> shape(path + "[]", element, into));
      default -> into.add(path + ": " + value);
    }
  }

  private static String output(Host host, String line, int status) {
    StringBuilder shown = new StringBuilder();
    OutputSink sink = new OutputSink() {
      @Override
      public void text(String text) {
        shown.append(text);
      }

      @Override
      public void error(String message) {
        // It is in the result too.
      }

      @Override
      public void progress(String text) {}
    };
    assertThat(host.console().run(line, sink, new Invocation())).as("%s: %s", line, shown).isEqualTo(status);
    return shown.toString();
  }
}
