package org.sluice.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.ScriptedConnection;
import org.sluice.testkit.transport.ScriptedTransport;

/**
 * The case {@code reconn-while-closed}: a client connects again with the same addresses and ports while the server's
 * old connection is closed and not yet deleted.
 */
@Timeout(60)
class ReconnWhileClosedCaseTest {
  private static final Endpoint SERVER = Endpoint.of("127.0.0.1", 7000);
  private static final Endpoint CLIENT = Endpoint.of("127.0.0.1", 5555);
  private static final ConnectOptions AGAIN = ConnectOptions.of("script", SERVER).withLocal(CLIENT);

  private final Simulation simulation = new Simulation(1, 2);
  private final TestHost host = simulation.host("scripted", Map.of());
  private final ScriptedTransport transport = transport();
  private final RecordingApplication server = new RecordingApplication();
  private final RecordingApplication client = new RecordingApplication();

  private ScriptedTransport transport() {
    return new ScriptedTransport(
        new TransportDescriptor("script", "S", ServiceType.VIRTUAL_CIRCUIT, TxMode.DEQUEUE), host);
  }

  private void ready() {
    simulation.await(() -> host.scope().registerTransport(transport));
    attach(server, "server");
    attach(client, "client");
    simulation.await(() -> server.context().listen("script://" + SERVER));
  }

  private void attach(RecordingApplication application, String name) {
    AttachOptions options = AttachOptions.named(name).with().scopes(Scope.GLOBAL).build();
    simulation.await(() -> simulation.stack().scope("applications").applications().attach(application, options));
  }

  private Worker worker(int index) {
    return simulation.stack().workers().worker(index);
  }

  private void on(ScriptedConnection connection, Runnable action) {
    simulation.on(connection.workerIndex(), action);
    simulation.run();
  }

  /** The client's end, established on a worker. */
  private ScriptedConnection connect(int worker) {
    simulation.on(0, () -> assertThat(client.context().connect(AGAIN, worker)).isEqualTo(SessionError.NONE));
    ScriptedConnection halfOpen = transport.lastHalfOpen();
    ScriptedConnection made = simulation.get(worker, () -> transport.answer(halfOpen, worker(worker)));
    simulation.on(0, () -> transport.delete(halfOpen));
    simulation.run();
    return made;
  }

  /** The server's end of it. */
  private ScriptedConnection accept(int worker) {
    ScriptedConnection made =
        simulation.get(worker, () -> transport.incoming(transport.listener(), CLIENT.port(), worker(worker)));
    if (made.session >= 0) {
      on(made, () -> host.sessions().acceptNotify(made));
    }
    return made;
  }

  private static Session session(RecordingApplication application, ScriptedConnection connection) {
    return application.logs().stream().map(RecordingApplication.Log::session)
        .filter(session -> session.handle() == connection.session).findFirst().orElseThrow();
  }

  /** What the packet of a connection finds on a worker. */
  private String find(ScriptedConnection connection, int worker) {
    LookupResult found = new LookupResult();
    FlowKey key = new FlowKey().set(connection);
    simulation.on(worker, () -> host.sessions().lookup(key, found));
    return found.kind() + " " + found.handle();
  }

  private void closeTransportOf(ScriptedConnection connection) {
    on(connection, () -> host.sessions().closedNotify(connection));
  }

  private void end() {
    for (ScriptedConnection left : transport.established()) {
      on(left, () -> transport.deleted(left));
    }
    simulation.await(() -> server.context().detach());
    simulation.await(() -> client.context().detach());
    simulation.await(host::revoke);
    assertThat(simulation.stack().sessionCore().flows()).isZero();
    simulation.requireNothingLeft();
  }

  @Test
  void same_five_tuple_connects_again_while_the_old_session_is_closed() {
    serverReconnects(0, 0);
  }

  @ParameterizedTest(name = "the old session on worker {0}, the new one on worker {1}")
  @CsvSource({"1, 1", "1, 2", "0, 2", "2, 0"})
  void the_same_wherever_the_old_session_lives(int oldWorker, int newWorker) {
    serverReconnects(oldWorker, newWorker);
  }

  private void serverReconnects(int oldWorker, int newWorker) {
    ready();
    ScriptedConnection oldClient = connect(oldWorker);
    ScriptedConnection oldServer = accept(oldWorker);
    on(oldServer, () -> session(server, oldServer).close());
    closeTransportOf(oldServer);
    assertThat(session(server, oldServer).state()).isEqualTo(SessionState.CLOSED);
    on(oldClient, () -> transport.deleted(oldClient));
    assertThat(transport.established()).as("the server's old connection is still there").containsExactly(oldServer);

    ScriptedConnection newClient = connect(newWorker);
    ScriptedConnection newServer = accept(newWorker);
    assertThat(newClient.session).as("the second connect is established").isNotNegative();
    assertThat(newServer.session).as("the second connection is accepted").isNotNegative();
    assertThat(session(server, newServer).state()).isEqualTo(SessionState.READY);
    assertThat(session(client, newClient).state()).isEqualTo(SessionState.READY);
    assertThat(find(newServer, newWorker)).isEqualTo("SESSION " + newServer.session);

    on(oldServer, () -> transport.deleted(oldServer));
    assertThat(find(newServer, newWorker)).as("the old one forgets nothing but itself")
        .isEqualTo("SESSION " + newServer.session);
    assertThat(server.logs().getFirst().isOver()).isTrue();
    on(newServer, () -> transport.deliver(newServer, new byte[100]));
    assertThat(server.logs().getLast().received()).hasSize(100);
    end();
  }

  @ParameterizedTest(name = "the old session on worker {0}, the new one on worker {1}")
  @CsvSource({"0, 0", "1, 2"})
  void client_connects_again_while_its_own_old_session_is_closed(int oldWorker, int newWorker) {
    ready();
    ScriptedConnection old = connect(oldWorker);
    on(old, () -> session(client, old).close());
    closeTransportOf(old);
    ScriptedConnection again = connect(newWorker);
    assertThat(client.connects()).contains("connected " + newWorker);
    assertThat(find(again, newWorker)).isEqualTo("SESSION " + again.session);
    on(old, () -> transport.deleted(old));
    assertThat(find(again, newWorker)).isEqualTo("SESSION " + again.session);
    end();
  }

  @Test
  void flow_is_free_once_the_transport_is_closed_whether_or_not_the_application_has_closed() {
    ready();
    ScriptedConnection old = accept(1);
    server.onEnd(session -> {});
    closeTransportOf(old);
    assertThat(session(server, old).state()).isEqualTo(SessionState.TRANSPORT_CLOSED);
    ScriptedConnection again = accept(1);
    assertThat(again.session).isNotNegative();
    assertThat(session(server, old).state()).as("the old one still waits for its application")
        .isEqualTo(SessionState.TRANSPORT_CLOSED);
    on(old, () -> session(server, old).close());
    on(old, () -> transport.deleted(old));
    assertThat(find(again, 1)).isEqualTo("SESSION " + again.session);
    end();
  }

  @Test
  void flow_that_is_in_use_is_taken_from_nobody() {
    ready();
    ScriptedConnection old = accept(1);
    assertThat(SessionError.of(accept(2).session)).as("while it is open").isEqualTo(SessionError.PORTINUSE);
    on(old, () -> host.sessions().closingNotify(old));
    assertThat(session(server, old).state()).isEqualTo(SessionState.APP_CLOSED);
    assertThat(SessionError.of(accept(1).session)).as("while it closes").isEqualTo(SessionError.PORTINUSE);
    assertThat(find(old, 1)).isEqualTo("SESSION " + old.session);
    end();
  }
}
