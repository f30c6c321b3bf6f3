package org.sluice.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.transport.ScriptedTransport;

/** The case of UDP binds: applications of two namespaces that share a table listen without connections. */
@Timeout(60)
class UdpBindsCaseTest {
  private static final int TABLE = 7;
  private static final Endpoint FIRST = Endpoint.of("10.7.0.1", 53);
  private static final Endpoint PEER = Endpoint.of("10.7.0.99", 5353);

  private final CaseWorld world = new CaseWorld();
  private final ScriptedTransport udp = world.start(new ScriptedTransport(
      new TransportDescriptor("udp", "U", ServiceType.CONNECTIONLESS, TxMode.DATAGRAM), world.host))
      .takesLocalEndpoints();

  @BeforeEach
  void two_namespaces_of_one_table() {
    world.loop("lan", TABLE, "10.7.0.1/24", "10.7.0.2/24");
    world.namespace("a", 1, NamespaceBinding.toTables(TABLE, TABLE));
    world.namespace("b", 2, NamespaceBinding.toTables(TABLE, TABLE));
  }

  private RecordingApplication attach(String namespace, long secret) {
    return world.attach(AttachOptions.named("of " + namespace).with().namespace(namespace, secret)
        .scopes(Scope.GLOBAL).build());
  }

  private void listen(RecordingApplication application, String endpoint) {
    var _ = world.simulation.await(() -> application.context().listen("udp://" + endpoint));
  }

  private void end(RecordingApplication... applications) {
    for (RecordingApplication application : applications) {
      world.detach(application);
    }
    udp.pending().forEach(left -> world.simulation.on(0, () -> udp.deleted(left)));
    assertThat(world.portsInUse()).isZero();
    world.end();
  }

  @Test
  void A05_the_same_address_and_port_are_taken_for_the_other_namespace() {
    RecordingApplication first = attach("a", 1);
    RecordingApplication second = attach("b", 2);
    listen(first, "10.7.0.1:53");
    assertThat(world.refusal(() -> second.context().listen("udp://10.7.0.1:53")))
        .isEqualTo(SessionError.ALREADY_LISTENING);
    assertThat(udp.calls("startListen")).isEqualTo(1);
    end(first, second);
  }

  @Test
  void T09_a_connect_may_have_the_address_and_port_of_a_listener() {
    RecordingApplication first = attach("a", 1);
    listen(first, "10.7.0.1:53");
    assertThat(world.portsInUse()).isEqualTo(1);
    assertThat(world.connect(first, ConnectOptions.of("udp", PEER).withLocal(FIRST))).isEqualTo(SessionError.NONE);
    assertThat(first.connects()).containsExactly("connected 1");
    Session own = first.logs().getLast().session();
    assertThat(own.localEndpoint().address()).isEqualTo(FIRST.address());
    assertThat(own.localEndpoint().port()).isEqualTo(FIRST.port());
    assertThat(world.portsInUse()).as("one endpoint, two users").isEqualTo(1);
    end(first);
  }

  @Test
  void A05_the_same_port_of_another_address_is_free() {
    RecordingApplication first = attach("a", 1);
    RecordingApplication second = attach("b", 2);
    listen(first, "10.7.0.1:53");
    listen(second, "10.7.0.2:53");
    assertThat(world.portsInUse()).isEqualTo(2);
    assertThat(udp.calls("startListen")).isEqualTo(2);
    end(first, second);
  }
}
