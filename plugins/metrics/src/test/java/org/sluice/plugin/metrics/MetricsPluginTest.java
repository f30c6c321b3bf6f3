package org.sluice.plugin.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sluice.spi.host.ConfigurationException;
import org.sluice.spi.runtime.Counter;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;

/** What Prometheus is given when it asks. */
class MetricsPluginTest {
  private final Simulation simulation = new Simulation(7, 2);
  private final TestHost other = TestHost.of(simulation.stack(), "my-plugin");
  private MetricsPlugin plugin = plugin("127.0.0.1:0");

  private MetricsPlugin plugin(String listen) {
    return new MetricsPlugin(TestHost.of(simulation.stack(), "metrics")
        .with(Map.of("listen", listen, "threads", 2L, "waiting", 16L)));
  }

  @AfterEach
  void close() {
    plugin.stop();
  }

  private String get(String path) throws IOException, InterruptedException {
    InetSocketAddress at = plugin.address().orElseThrow();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response = client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.getPort() + path)).build(),
          HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      return response.body();
    }
  }

  @Test
  void a_counter_is_the_sum_of_the_workers_and_has_its_description() throws Exception {
    Counter counter = other.counters().counter("packets.in-time", "Packets that came \"in time\".");
    counter.add(0, 40);
    counter.add(1, 2);
    counter.add(Counter.NO_WORKER, 100);
    plugin.start();
    assertThat(get("/metrics").lines()).containsSequence(
        "# HELP sluice_my_plugin_packets_in_time_total Packets that came \"in time\".",
        "# TYPE sluice_my_plugin_packets_in_time_total counter",
        "sluice_my_plugin_packets_in_time_total 142.0");
    counter.increment(1);
    assertThat(get("/metrics")).contains("\nsluice_my_plugin_packets_in_time_total 143.0\n")
        .contains("\nsluice_metrics_scrapes_total 2.0\n");
  }

  @Test
  void counters_of_the_stack_and_of_plugins_that_come_later_are_there() throws Exception {
    plugin.start();
    assertThat(get("/metrics")).contains("sluice_stack_").doesNotContain("sluice_my_plugin_late");
    other.counters().counter("late", "Made afterwards.").increment(0);
    assertThat(get("/metrics")).contains("\nsluice_my_plugin_late_total 1.0\n");
  }

  @Test
  void endings_that_prometheus_reserves_are_no_error_and_a_name_is_given_once() throws Exception {
    other.counters().counter("made.total", "Ends in a reserved word.").add(0, 3);
    other.counters().counter("one.two", "First.").add(0, 1);
    other.counters().counter("one-two", "Second.").add(0, 2);
    plugin.start();
    String text = get("/metrics");
    assertThat(text).contains("\nsluice_my_plugin_made_total 3.0\n");
    assertThat(text.lines().filter(line -> line.startsWith("sluice_my_plugin_one_two_total"))).hasSize(1);
    assertThat(get("/metrics")).contains("\nsluice_metrics_collisions_total 1.0\n");
  }

  @Test
  void without_an_address_nothing_listens() {
    plugin = plugin("");
    plugin.start();
    assertThat(plugin.address()).isEmpty();
  }

  @Test
  void an_address_that_is_none_is_refused_and_named() {
    for (String wrong : new String[] {"localhost:9464", "127.0.0.1", ":9464", "127.0.0.1:99999", "127.0.0.1:x"}) {
      assertThatThrownBy(plugin(wrong)::start).isInstanceOf(ConfigurationException.class).hasMessageContaining(wrong);
    }
  }

  @Test
  void a_port_that_is_taken_is_named_and_a_stopped_one_is_free() {
    plugin.start();
    int port = plugin.address().orElseThrow().getPort();
    MetricsPlugin second = plugin("127.0.0.1:" + port);
    assertThatThrownBy(second::start).hasMessageContaining("127.0.0.1:" + port);
    plugin.stop();
    second.start();
    assertThat(second.address()).isPresent();
    second.stop();
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(ConnectException.class);
  }
}
