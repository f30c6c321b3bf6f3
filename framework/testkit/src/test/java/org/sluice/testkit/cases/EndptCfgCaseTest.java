package org.sluice.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.application.NamespaceView;
import org.sluice.core.network.NetInterface;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.Endpoint;
import org.sluice.testkit.contract.RecordingApplication;

/**
 * The cases {@code endpt-cfg} a and b: two interfaces in different tables whose routes leak into each other, the server
 * behind one and the client behind the other, one of them in a namespace of its own.
 */
@Timeout(60)
class EndptCfgCaseTest {
  private static final long SECRET = 1234;
  private static final String OWN_ADDRESS = "10.2.0.1";
  private static final int OWN_PORT = 4321;
  private static final int SEGMENT = 1 << 20;

  private final CaseWorld world = new CaseWorld();

  /** An interface of the server, 10.1.0.1, and one of the client, 10.2.0.1. */
  private void interfaces(int serverTable, int clientTable) {
    NetInterface server = world.loop("s", serverTable, "10.1.0.1/24");
    NetInterface client = world.loop("c", clientTable, OWN_ADDRESS + "/24");
    world.leak(clientTable, "10.1.0.0/24", server);
    world.leak(serverTable, "10.2.0.0/24", client);
  }

  /** A namespace that names tables too, others than those of its interface. */
  private void bound(String interfaceName) {
    world.namespace("own", SECRET, new NamespaceBinding(interfaceName, 77, 77));
  }

  private RecordingApplication attach(String name, String namespace) {
    return world.attach(options(name, namespace).build());
  }

  private static AttachOptions.Builder options(String name, String namespace) {
    return AttachOptions.named(name).with().namespace(namespace, namespace.equals(CaseWorld.DEFAULT) ? 0 : SECRET);
  }

  /** A server whose segments hold one session each. */
  private static AttachOptions withSegments(String name, int segments) {
    return options(name, "own").segments(SEGMENT, SEGMENT, segments).fifoBytes(SEGMENT / 4, SEGMENT / 4)
        .firstAllocationPercent(100).build();
  }

  private SessionError connect(RecordingApplication client, int port) {
    return world.connect(client, ConnectOptions.of(CaseWorld.NET, Endpoint.of("10.1.0.1", 80))
        .withLocal(Endpoint.of(OWN_ADDRESS, port)));
  }

  private long errors() {
    Map<String, Long> errors = new HashMap<>();
    world.simulation.stack().counters().forEach((name, cell) -> {
      if (name.startsWith("stack.session.error.") && cell.value() > 0) {
        errors.put(name, cell.value());
      }
    });
    return errors.values().stream().mapToLong(Long::longValue).sum();
  }

  private int live(int worker) {
    return world.simulation.get(worker, () -> world.simulation.stack().sessionCore().worker(worker).liveSessions());
  }

  private void end(RecordingApplication... applications) {
    for (RecordingApplication application : applications) {
      world.detach(application);
    }
    world.deleteNamespace("own");
    world.end();
  }

  /** Whether both ends exist, the client's with the endpoints that it asked for. */
  private void requireConnected(RecordingApplication client, RecordingApplication server) {
    Session own = client.log().session();
    assertThat(own.transport()).isEqualTo(CaseWorld.NET);
    assertThat(own.localEndpoint().address()).isEqualTo(IpAddress.parse(OWN_ADDRESS));
    assertThat(own.localEndpoint().port()).isEqualTo(OWN_PORT);
    assertThat(world.simulation.get(1, () -> world.netHost.sessions().connection(own.handle())))
        .satisfies(connection -> assertThat(connection.localPort()).isEqualTo(OWN_PORT));
    assertThat(server.log().session().remoteEndpoint().address()).isEqualTo(IpAddress.parse(OWN_ADDRESS));
    assertThat(server.log().session().remoteEndpoint().port()).isEqualTo(OWN_PORT);
  }

  // ---- a: the server in a namespace of its own.

  @Test
  void A09_a_interface_of_a_namespace_wins_over_its_tables() {
    interfaces(1, 0);
    bound("s");
    NamespaceView view = world.simulation.get(0, world.namespaces::views).getLast();
    assertThat(view.interfaceName()).isEqualTo("s");
    assertThat(view.table4()).isEqualTo(1);
    assertThat(view.table6()).isEqualTo(1);
    end();
  }

  @Test
  void A09_a_secret_of_the_namespace_is_asked_for() {
    interfaces(1, 0);
    bound("s");
    AttachOptions wrong = options("server", "own").namespace("own", SECRET + 1).build();
    assertThat(world.refusal(() -> world.simulation.stack().applications().attach(new RecordingApplication(), wrong)))
        .isEqualTo(SessionError.WRONG_NS_SECRET);
    end();
  }

  @Test
  void A04_a_server_without_an_allowance_for_segments_accepts_what_one_holds() {
    interfaces(1, 0);
    bound("s");
    RecordingApplication poor = world.attach(withSegments("poor", 1));
    RecordingApplication client = attach("client", CaseWorld.DEFAULT);
    final long listener = world.listen(poor, "0.0.0.0:80");
    assertThat(connect(client, 0)).as("what the first segment holds").isEqualTo(SessionError.NONE);
    assertThat(connect(client, 0)).isEqualTo(SessionError.REFUSED);
    assertThat(poor.logs()).hasSize(1);
    world.unlisten(poor, listener);
    RecordingApplication rich = world.attach(withSegments("rich", 2));
    world.listen(rich, "0.0.0.0:80");
    assertThat(connect(client, 0)).isEqualTo(SessionError.NONE);
    assertThat(connect(client, 0)).as("in the added segment").isEqualTo(SessionError.NONE);
    assertThat(rich.logs()).hasSize(2);
    end(poor, rich, client);
  }

  @Test
  void T08_a_connect_from_a_wanted_address_and_port_has_them() {
    interfaces(1, 0);
    bound("s");
    RecordingApplication server = attach("server", "own");
    RecordingApplication client = attach("client", CaseWorld.DEFAULT);
    world.listen(server, "0.0.0.0:80");
    assertThat(connect(client, OWN_PORT)).isEqualTo(SessionError.NONE);
    assertThat(client.connects()).first().isEqualTo("connected 1");
    requireConnected(client, server);
    assertThat(connect(client, OWN_PORT)).as("the same flow").isEqualTo(SessionError.PORTINUSE);
    end(server, client);
  }

  @Test
  void A04_a_close_of_the_server_ends_the_session_of_the_client() {
    interfaces(1, 0);
    bound("s");
    RecordingApplication server = attach("server", "own");
    RecordingApplication client = attach("client", CaseWorld.DEFAULT);
    world.listen(server, "0.0.0.0:80");
    assertThat(connect(client, OWN_PORT)).isEqualTo(SessionError.NONE);
    world.simulation.on(1, () -> server.log().session().close());
    world.simulation.run();
    assertThat(client.log().events()).contains("disconnected");
    assertThat(client.log().isOver()).isTrue();
    assertThat(live(1)).isZero();
    end(server, client);
  }

  @Test
  void T08_a_unlisten_leaves_no_local_port_and_the_namespace_can_go() {
    interfaces(1, 0);
    bound("s");
    RecordingApplication server = attach("server", "own");
    RecordingApplication client = attach("client", CaseWorld.DEFAULT);
    final long listener = world.listen(server, "10.1.0.1:80");
    assertThat(world.portsInUse()).as("a listener of an address is a user").isEqualTo(1);
    assertThat(connect(client, OWN_PORT)).isEqualTo(SessionError.NONE);
    assertThat(world.portsInUse()).isEqualTo(2);
    world.simulation.on(1, () -> server.log().session().close());
    world.simulation.run();
    world.unlisten(server, listener);
    assertThat(world.portsInUse()).isZero();
    world.detach(server);
    world.detach(client);
    world.deleteNamespace("own");
    assertThat(world.simulation.get(0, world.namespaces::views)).hasSize(1);
    world.end();
  }

  // ---- b: the client in a namespace of its own.

  @Test
  void T08_b_client_of_another_namespace_has_what_it_wants_and_gives_it_back() {
    interfaces(0, 1);
    bound("c");
    RecordingApplication server = attach("server", CaseWorld.DEFAULT);
    RecordingApplication client = attach("client", "own");
    final long listener = world.listen(server, "10.1.0.1:80");
    assertThat(connect(client, OWN_PORT)).isEqualTo(SessionError.NONE);
    requireConnected(client, server);
    assertThat(world.portsInUse()).isEqualTo(2);
    world.simulation.on(1, () -> server.log().session().close());
    world.simulation.run();
    assertThat(client.log().isOver()).isTrue();
    world.unlisten(server, listener);
    assertThat(world.portsInUse()).isZero();
    end(server, client);
  }

  @Test
  void A04_b_no_session_error_is_counted() {
    interfaces(0, 1);
    bound("c");
    RecordingApplication server = attach("server", CaseWorld.DEFAULT);
    RecordingApplication client = attach("client", "own");
    final long listener = world.listen(server, "10.1.0.1:80");
    assertThat(connect(client, OWN_PORT)).isEqualTo(SessionError.NONE);
    world.simulation.on(1, () -> server.log().session().close());
    world.simulation.run();
    world.unlisten(server, listener);
    end(server, client);
    assertThat(errors()).isZero();
    assertThat(connect(attach("client", CaseWorld.DEFAULT), OWN_PORT)).isNotEqualTo(SessionError.NONE);
    assertThat(errors()).as("and would be").isEqualTo(1);
  }
}
