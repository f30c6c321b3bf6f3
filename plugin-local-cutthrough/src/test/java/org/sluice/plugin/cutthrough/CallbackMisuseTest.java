package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.StackLimits;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;

/** Applications that throw, and that call back into the stack from their callbacks. */
class CallbackMisuseTest {

  @ParameterizedTest
  @ValueSource(strings = {"accepted", "readable", "writable", "disconnected", "reset", "transport closed",
      "cleanup transport", "cleanup session", "segment added", "segment removed"})
  void a_throw_in_a_callback_of_the_server_ends_at_most_that_session(String where) {
    LocalHost host = new LocalHost(0);
    host.runtime.tolerateFaults();
    Probe server = host.server();
    Probe client = host.client();
    client.onReset = Session::close;
    client.onDisconnected = Session::close;
    server.onReset = Session::close;
    server.onDisconnected = Session::close;
    host.join(client);
    Session stays = client.sessions.getFirst();
    if (where.equals("segment added")) {
      host.at(stays, stays::close);
      host.letSegmentsGo();
    }
    server.throwing.add(where);
    host.join(client);
    if (client.sessions.size() == 2) {
      provoke(host, server, client, where);
    }
    host.letSegmentsGo();
    server.throwing.clear();
    if (where.equals("segment removed")) {
      host.at(stays, stays::close);
      server.throwing.add(where);
      host.letSegmentsGo();
    } else if (!where.equals("segment added")) {
      host.at(stays, () -> assertThat(Probe.write(stays, "still here")).isPositive());
    }
    assertThat(host.scope.faults().count()).as("counted").isPositive();
    host.detach(server);
    host.detach(client);
    host.assertNothingLeft();
  }

  private static void provoke(LocalHost host, Probe server, Probe client, String where) {
    Session own = client.sessions.getLast();
    Session accepted = server.sessions.getLast();
    host.at(own, () -> {
      switch (where) {
        case "writable" -> accepted.wantWritable(org.sluice.spi.session.WritableWish.NOT_FULL, 0);
        case "reset" -> own.reset();
        case "readable" -> Probe.write(own, "x");
        default -> own.close();
      }
    });
    host.settle();
    if (where.equals("readable") || where.equals("writable")) {
      assertThat(client.log).as("the peer sees the reset").contains("reset");
    }
  }

  @Test
  void a_client_that_throws_when_it_is_connected_resets_its_session() {
    LocalHost host = new LocalHost(1);
    host.runtime.tolerateFaults();
    Probe server = host.server();
    Probe client = host.client();
    server.onReset = Session::close;
    client.throwing.add("connected");
    host.join(client);
    assertThat(server.told()).startsWith("accepted", "reset");
    assertThat(client.told()).containsExactly("connected", "transport closed", "cleanup transport", "cleanup session");
    assertThat(host.fifos()).isZero();
  }

  @Test
  void a_client_that_throws_when_its_connect_failed_is_only_counted() {
    LocalHost host = new LocalHost(0);
    host.runtime.tolerateFaults();
    Probe server = host.server();
    Probe client = host.client();
    server.onAccept = session -> AcceptDecision.REJECT;
    client.throwing.add("failed REFUSED");
    client.throwing.add("half-open cleanup");
    host.join(client);
    assertThat(host.scope.faults().count()).isEqualTo(2);
    host.detach(client);
    host.detach(server);
    host.assertNothingLeft();
  }

  @Test
  void a_server_that_throws_everywhere_leaves_nothing() {
    LocalHost host = new LocalHost(2);
    host.runtime.tolerateFaults();
    Probe server = host.server();
    Probe client = host.client();
    server.throwing.add("everywhere");
    client.throwing.add("everywhere");
    for (int i = 0; i < 10; i++) {
      host.join(client);
    }
    assertThat(client.failures).hasSize(10).containsOnly(SessionError.REFUSED);
    host.detach(server);
    host.detach(client);
    host.assertNothingLeft();
  }

  @Test
  void listen_unlisten_and_connect_work_inside_callbacks() {
    LocalHost host = new LocalHost(0);
    Probe server = host.server();
    Probe client = host.client();
    List<Long> listeners = new ArrayList<>();
    server.onAccept = session -> {
      if (listeners.isEmpty()) {
        listeners.add(server.context().listen("ct://0.0.0.0:8").join());
      }
      return AcceptDecision.ACCEPT;
    };
    client.onConnected = session -> {
      if (client.sessions.size() == 1) {
        client.context().connect("ct://127.0.0.1:8", 8);
      }
    };
    host.connect(client, 7);
    host.settle();
    assertThat(client.told()).containsExactly("connected 7", "connected 8");
    client.onReadable = session -> server.context().unlisten(listeners.getFirst()).join();
    host.at(server.sessions.getFirst(), () -> Probe.write(server.sessions.getFirst(), "x"));
    host.settle();
    host.main(() -> client.context().connect("ct://127.0.0.1:8", 9));
    host.settle();
    assertThat(client.failures).containsExactly(SessionError.NOROUTE);
    host.detach(server);
    host.detach(client);
    host.assertNothingLeft();
  }

  @Test
  void unlisten_inside_the_accept_keeps_the_session_that_is_being_accepted() {
    LocalHost host = new LocalHost(0);
    Probe server = new Probe("server");
    host.attach(server);
    long listener = host.listen(server, LocalHost.LISTEN);
    Probe client = host.client();
    server.onAccept = session -> {
      server.context().unlisten(listener).join();
      return AcceptDecision.ACCEPT;
    };
    host.join(client);
    assertThat(client.told()).containsExactly("connected");
    host.connect(client, 2);
    host.settle();
    assertThat(client.failures).containsExactly(SessionError.NOROUTE);
  }

  @Test
  void an_application_that_connects_again_in_each_failure_does_not_hold_the_worker_up() {
    LocalHost host = new LocalHost(0);
    Probe client = host.client();
    int[] tries = {0};
    client.onFailed = () -> {
      if (++tries[0] < 1000) {
        client.context().connect(LocalHost.SERVER, 0);
      }
    };
    host.connect(client, 0);
    host.settle();
    assertThat(tries[0]).isEqualTo(1000);
    assertThat(host.runtime.turns()).as("bounded work per turn").isGreaterThan(2);
  }

  @Test
  void close_and_reset_inside_each_callback_end_the_session_once() {
    for (String where : List.of("connected", "readable", "disconnected", "cleanup")) {
      for (boolean reset : new boolean[] {false, true}) {
        LocalHost host = new LocalHost(0, StackLimits.DEFAULT, 100, 3);
        Probe server = host.server();
        Probe client = host.client();
        server.onDisconnected = Session::close;
        server.onReset = Session::close;
        client.onConnected = session -> end(where.equals("connected"), reset, session);
        client.onReadable = session -> {
          session.read(new byte[10], 0, 10);
          end(where.equals("readable"), reset, session);
        };
        client.onDisconnected = session -> end(true, reset, session);
        client.onCleanup = session -> end(where.equals("cleanup"), reset, session);
        host.join(client);
        if (server.session().handle() >= 0) {
          host.at(server.session(), () -> Probe.write(server.session(), "x"));
          host.settle();
        }
        if (server.session().handle() >= 0) {
          host.at(server.session(), server.session()::close);
          host.settle();
        }
        assertThat(client.told()).as(where).startsWith("connected").endsWith("cleanup transport", "cleanup session");
        assertThat(client.told()).as(where).doesNotHaveDuplicates();
        assertThat(server.told()).as(where).endsWith("cleanup transport", "cleanup session");
        assertThat(host.fifos()).isZero();
      }
    }
  }

  private static void end(boolean now, boolean reset, Session session) {
    if (now) {
      SessionError result = reset ? session.reset() : session.close();
      assertThat(result).isEqualTo(SessionError.NONE);
    }
  }
}
