package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.plugin.scalable.ScalableTcp;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.ListenOptions;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.CongestionControl;
import org.sluice.spi.transport.CongestionWish;
import org.sluice.spi.transport.TransportAttribute;
import org.sluice.testkit.contract.DataPump;
import org.sluice.testkit.contract.RecordingApplication;

/** A congestion control algorithm that another plugin brings and takes away: P12. */
class ForeignAlgorithmTest {
  private static String algorithm(TcpWorld w, RecordingApplication of) {
    String[] name = new String[1];
    w.act(of, s -> name[0] = s.attribute(TransportAttribute.CONGESTION_CONTROL));
    return name[0];
  }

  @Test
  void P12_the_configured_algorithm_of_another_plugin_drives_connections_while_it_is_there() {
    TcpWorld w = new TcpWorld(1, 1, Settings.with("congestion", "scalable"));
    w.network.delay(Duration.ofMillis(10)).loss(0.01);
    ScalableTcp scalable = new ScalableTcp();
    DataPump up = new DataPump(1, 400_000, 20_000, s -> {});
    w.ready(128 << 10).established();
    assertThat(algorithm(w, w.client)).as("it is not there yet").isNotEqualTo("scalable");
    w.simulation.on(0, () -> w.host.add(scalable));
    w.client.onOpen(up).onWritable(up);
    w.connect(2);
    w.advance(Duration.ofSeconds(20));
    RecordingApplication.Log second = w.client.logs().get(1);
    assertThat(w.simulation.get(1, () -> second.session().attribute(TransportAttribute.CONGESTION_CONTROL)))
        .isEqualTo("scalable");
    assertThat(Arrays.equals(w.server.logs().get(1).received(), up.data())).isTrue();
    w.simulation.on(0, () -> w.host.remove(scalable));
    w.simulation.run();
    assertThat(w.simulation.get(1, () -> second.session().attribute(TransportAttribute.CONGESTION_CONTROL)))
        .as("it has gone").isNotEqualTo("scalable");
    w.simulation.on(1, () -> second.session().write(new byte[10_000], 0, 10_000));
    w.advance(Duration.ofSeconds(5));
    assertThat(w.server.logs().get(1).received()).hasSize(410_000);
    w.end();
  }

  @ParameterizedTest
  @ValueSource(strings = {"over-backlog", "always"})
  void P12_an_endpoint_asks_for_an_algorithm_by_name(String cookies) {
    TcpWorld w = new TcpWorld(1, 1, Settings.with("syn-cookies", cookies));
    w.simulation.on(0, () -> w.host.add(new ScalableTcp()));
    w.attach(64 << 10);
    ListenOptions listen = ListenOptions.of(TcpWorld.SERVER_URI).with(new CongestionWish("newreno"));
    long listener = w.simulation.await(() -> w.server.context().listen(listen));
    w.connect(w.client, ConnectOptions.of(TcpWorld.SERVER_URI).with(new CongestionWish("scalable")), 1);
    w.advance(Duration.ofMillis(200));
    w.act(w.server, s -> s.write(new byte[1000], 0, 1000));
    w.advance(Duration.ofMillis(200));
    assertThat(algorithm(w, w.client)).isEqualTo("scalable");
    assertThat(algorithm(w, w.server)).isEqualTo("newreno");

    w.simulation.await(() -> w.server.context().unlisten(listener));
    w.simulation.await(() -> w.server.context().listen(TcpWorld.SERVER_URI));
    w.connect(2);
    w.advance(Duration.ofMillis(200));
    String next = w.simulation.get(1, () -> w.server.logs().get(1).session()
        .attribute(TransportAttribute.CONGESTION_CONTROL));
    assertThat(next).as("of a listener that does not ask").isEqualTo("cubic");
    w.end();
  }

  @Test
  void P12_an_endpoint_that_asks_for_an_algorithm_that_nobody_has_is_refused() {
    TcpWorld w = new TcpWorld(1, 1);
    w.ready(64 << 10).established();
    w.connect(w.client, ConnectOptions.of(TcpWorld.SERVER_URI).with(new CongestionWish("nope")), 2);
    w.advance(Duration.ofMillis(200));
    assertThat(w.client.connects()).contains("failed INVALID 2");
    ListenOptions listen =
        ListenOptions.of("tcp://" + TcpWorld.SERVER_ADDRESS + ":81").with(new CongestionWish("nope"));
    assertThatThrownBy(() -> w.simulation.await(() -> w.server.context().listen(listen)))
        .hasRootCauseInstanceOf(SessionException.class).hasMessageContaining(SessionError.INVALID.text());
    w.end();
  }

  @Test
  void P12_an_application_chooses_for_a_session() {
    TcpWorld w = new TcpWorld(1, 1);
    w.ready(64 << 10).established();
    w.simulation.on(0, () -> w.host.add(new ScalableTcp()));
    w.act(w.client, s -> {
      assertThat(choose(s, "nope")).isEqualTo(SessionError.INVALID);
      assertThat(choose(s, "scalable")).isEqualTo(SessionError.NONE);
    });
    assertThat(algorithm(w, w.client)).isEqualTo("scalable");
    assertThat(algorithm(w, w.server)).isNotEqualTo("scalable");
    w.end();
  }

  /** Throws when something is acknowledged, or when nothing is. */
  private record Broken(boolean atTimeout) implements CongestionControl {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public Flow newFlow() {
      Flow sound = new ScalableTcp().newFlow();
      String broken = atTimeout ? "onTimeout" : "onAck";
      return (Flow) Proxy.newProxyInstance(Flow.class.getClassLoader(), new Class<?>[] {Flow.class}, (_, call, of) -> {
        if (call.getName().equals(broken)) {
          throw new IllegalStateException("as told");
        }
        return call.invoke(sound, of);
      });
    }
  }

  @Test
  void P12_an_algorithm_that_throws_ends_its_connection_alone_and_keeps_no_frame() {
    WireWorld w = new WireWorld(1, 0, Map.of());
    w.simulation.runtime().tolerateFaults();
    w.simulation.on(0, () -> w.host.add(new Broken(false)));
    w.listen(64 << 10, "tcp://" + WireWorld.SERVER_ADDRESS + ":80");
    ConnectOptions to = ConnectOptions.of("tcp://" + WireWorld.SERVER_ADDRESS + ":80");
    w.connect(to.with(new CongestionWish("broken")), 1).connect(to, 2);
    w.advance(Duration.ofMillis(100));
    List<RecordingApplication.Log> clients = w.client.logs();
    // In one turn, so that the acknowledgements of both come in one burst.
    w.simulation.on(0, () -> clients.forEach(log -> log.session().write(new byte[20_000], 0, 20_000)));
    w.advance(Duration.ofSeconds(1));
    assertThat(clients.get(0).events()).contains("reset");
    assertThat(w.server.logs().get(0).events()).contains("reset");
    assertThat(w.server.logs().get(1).received()).hasSize(20_000);
    w.simulation.on(0, () -> clients.get(1).session().write(new byte[1000], 0, 1000));
    w.advance(Duration.ofSeconds(1));
    assertThat(w.server.logs().get(1).received()).hasSize(21_000);
    assertThat(w.host.count("aborts.fault")).isEqualTo(1);
    assertThat(w.host.count("faults")).as("it is told").isEqualTo(1);
    w.end();
  }

  @Test
  void P12_an_algorithm_that_throws_at_a_timeout_leaves_no_connection_without_timers() {
    TcpWorld w = new TcpWorld(1, 0);
    w.simulation.runtime().tolerateFaults();
    w.simulation.on(0, () -> w.host.add(new Broken(true)));
    w.attach(64 << 10);
    w.simulation.await(() -> w.server.context().listen(TcpWorld.SERVER_URI));
    w.connect(w.client, ConnectOptions.of(TcpWorld.SERVER_URI).with(new CongestionWish("broken")), 1);
    w.advance(Duration.ofMillis(200));
    w.network.loss(1);
    w.act(w.client, s -> s.write(new byte[1000], 0, 1000));
    w.advance(Duration.ofSeconds(3));
    assertThat(w.client.log().events()).contains("reset");
    assertThat(w.count("aborts.fault")).isEqualTo(1);
    w.network.loss(0);
    w.end();
  }

  private static SessionError choose(Session session, String name) {
    return session.attribute(TransportAttribute.CONGESTION_CONTROL, name);
  }
}
