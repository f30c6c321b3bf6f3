package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Readiness;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/** How local sessions end: L07 and the closing rows of the pain points. */
class LocalEndsTest {
  private static final List<String> OWN_END = List.of("transport closed", "cleanup transport", "cleanup session");

  private final LocalHost host = new LocalHost(0);
  private final Probe server = host.server();
  private final Probe client = host.client();

  /** What the ending side does, and what state it is in. */
  enum End {
    CLOSE, RESET, HALF_CLOSE_THEN_CLOSE, DETACH
  }

  static Stream<Arguments> matrix() {
    List<Arguments> rows = new ArrayList<>();
    for (boolean byClient : new boolean[] {true, false}) {
      for (End end : End.values()) {
        for (boolean unread : new boolean[] {false, true}) {
          for (boolean written : new boolean[] {false, true}) {
            rows.add(Arguments.of(byClient, end, unread, written));
          }
        }
      }
    }
    return rows.stream();
  }

  @ParameterizedTest(name = "by client {0}, {1}, unread data {2}, data written before {3}")
  @MethodSource("matrix")
  void L07_the_peer_sees_a_close_or_a_reset_when_unread_data_was_lost(
      boolean byClient, End end, boolean unread, boolean written) {
    host.join(client);
    Probe ending = byClient ? client : server;
    Probe peer = byClient ? server : client;
    Session own = ending.session();
    Session other = peer.session();
    host.at(own, () -> {
      if (unread) {
        Probe.write(other, "never read");
      }
      if (written) {
        Probe.write(own, "last words");
      }
    });
    host.settle();
    ending.log.clear();
    peer.log.clear();

    if (end == End.HALF_CLOSE_THEN_CLOSE) {
      host.at(own, own::shutdown);
      host.settle();
    }
    host.at(own, () -> end(end, own, ending));
    host.settle();
    boolean lost = end == End.RESET || unread && end != End.HALF_CLOSE_THEN_CLOSE;
    List<String> expected = new ArrayList<>(List.of(lost ? "reset" : "disconnected"));
    if (end == End.HALF_CLOSE_THEN_CLOSE) {
      expected.addAll(List.of("transport closed", "cleanup transport"));
    }
    assertThat(peer.log).containsExactlyElementsOf(expected);
    if (end != End.DETACH) {
      assertThat(ending.log).containsExactlyElementsOf(OWN_END);
      assertThat(own.handle()).isNegative();
    }
    host.at(other, () -> {
      assertThat(Probe.read(other)).isEqualTo(written ? "last words" : "");
      assertThat(Probe.write(other, "too late")).isEqualTo(SessionError.CLOSED.code());
      other.close();
    });
    host.settle();
    assertThat(peer.told().subList(1, peer.told().size()))
        .containsExactlyElementsOf(OWN_END);
    assertThat(host.fifos()).isZero();
  }

  private void end(End end, Session own, Probe ending) {
    switch (end) {
      case CLOSE -> assertThat(own.close()).isEqualTo(SessionError.NONE);
      case RESET -> assertThat(own.reset()).isEqualTo(SessionError.NONE);
      case HALF_CLOSE_THEN_CLOSE -> own.close();
      case DETACH -> {
        CompletableFuture<?> _ = ending.context().detach();
      }
    }
  }

  @Test
  void half_close_lets_the_other_direction_go_on() {
    host.join(client);
    Session own = client.session();
    Session other = server.session();
    host.at(own, () -> {
      Probe.write(own, "request");
      assertThat(own.shutdown()).isEqualTo(SessionError.NONE);
      assertThat(own.shutdown()).isEqualTo(SessionError.NONE);
      assertThat(Probe.write(own, "more")).isEqualTo(SessionError.CLOSED.code());
    });
    host.settle();
    assertThat(server.told()).containsExactly("accepted", "readable", "disconnected");
    host.at(other, () -> {
      assertThat(Probe.read(other)).isEqualTo("request");
      assertThat(Probe.write(other, "answer")).isPositive();
      other.close();
    });
    host.settle();
    assertThat(client.told()).containsExactly("connected", "readable", "disconnected");
    host.at(own, () -> {
      assertThat(Probe.read(own)).isEqualTo("answer");
      own.close();
    });
    host.settle();
    assertThat(host.fifos()).isZero();
  }

  @Test
  void a_writer_that_heard_a_half_close_and_waits_for_room_hears_when_the_reader_goes() {
    host.join(client);
    Session reader = client.session();
    Session writer = server.session();
    host.at(reader, reader::shutdown);
    host.settle();
    host.at(writer, () -> {
      byte[] much = new byte[1 << 20];
      assertThat(writer.write(much, 0, much.length)).isEqualTo(16 << 10);
      writer.wantWritable(WritableWish.NOT_FULL, 0);
    });
    host.settle();
    server.log.clear();
    host.at(reader, reader::close);
    host.settle();
    assertThat(server.log).containsExactly("transport closed", "cleanup transport");
    host.at(writer, writer::close);
    host.settle();
    assertThat(server.log).endsWith("cleanup session");
    assertThat(host.fifos()).isZero();
  }

  @Test
  void both_half_close_then_both_close() {
    host.join(client);
    Session own = client.session();
    Session other = server.session();
    host.at(own, () -> {
      own.shutdown();
      other.shutdown();
    });
    host.settle();
    assertThat(client.told()).containsExactly("connected", "disconnected");
    assertThat(server.told()).containsExactly("accepted", "disconnected");
    host.at(own, () -> {
      own.close();
      other.close();
    });
    host.settle();
    assertThat(client.told()).endsWith("disconnected", "transport closed", "cleanup transport", "cleanup session");
    assertThat(server.told()).endsWith("disconnected", "transport closed", "cleanup transport", "cleanup session");
    assertThat(host.fifos()).isZero();
  }

  @Test
  void both_close_at_once_and_neither_hears_of_the_other() {
    host.join(client);
    Session own = client.session();
    Session other = server.session();
    host.at(own, () -> {
      Probe.write(own, "unread");
      own.close();
      other.close();
      assertThat(own.close()).as("close twice").isEqualTo(SessionError.NONE);
      assertThat(other.reset()).as("reset after close").isEqualTo(SessionError.NONE);
    });
    host.settle();
    assertThat(client.told()).containsExactly("connected", "transport closed", "cleanup transport", "cleanup session");
    assertThat(server.told()).containsExactly("accepted", "transport closed", "cleanup transport", "cleanup session");
    assertThat(host.fifos()).isZero();
  }

  @Test
  void no_readable_follows_the_disconnect() {
    host.join(client);
    Session own = client.session();
    Session other = server.session();
    server.onReadable = session -> {};
    host.at(own, () -> {
      Probe.write(own, "one");
      own.close();
    });
    host.settle();
    assertThat(server.told()).containsExactly("accepted", "readable", "disconnected");
    host.at(other, () -> assertThat(Probe.read(other)).isEqualTo("one"));
    host.settle();
    assertThat(server.told()).containsExactly("accepted", "readable", "disconnected");
  }

  @Test
  void a_server_that_greets_and_closes_in_its_accept_is_heard_by_the_client() {
    server.onAccept = session -> {
      Probe.write(session, "bye");
      session.close();
      return AcceptDecision.ACCEPT;
    };
    client.onConnected =
        session -> assertThat(Probe.write(session, "hello")).isEqualTo(SessionError.CLOSED.code());
    client.onReadable = session -> assertThat(Probe.read(session)).isEqualTo("bye");
    client.onDisconnected = Session::close;
    host.join(client);
    assertThat(client.told()).containsExactly("connected", "readable", "disconnected", "transport closed",
        "cleanup transport", "cleanup session");
    assertThat(server.told()).containsExactly("accepted", "transport closed", "cleanup transport", "cleanup session");
    assertThat(host.scope.faults().count()).isZero();
    assertThat(host.fifos()).isZero();
  }

  @Test
  void calls_after_the_end_are_refused_with_nosession() {
    host.join(client);
    Session own = client.session();
    host.at(own, own::reset);
    host.settle();
    host.onMain(() -> {
      assertThat(own.close()).isEqualTo(SessionError.NOSESSION);
      assertThat(own.reset()).isEqualTo(SessionError.NOSESSION);
      assertThat(own.shutdown()).isEqualTo(SessionError.NOSESSION);
      assertThat(Probe.write(own, "x")).isEqualTo(SessionError.NOSESSION.code());
      assertThat(own.read(new byte[1], 0, 1)).isEqualTo(SessionError.NOSESSION.code());
      assertThat(own.readable()).isEqualTo(SessionError.NOSESSION.code());
      assertThat(own.writable()).isEqualTo(SessionError.NOSESSION.code());
      assertThat(own.transferTo(own, 1)).isEqualTo(SessionError.NOSESSION.code());
      assertThat(own.readiness()).isEqualTo(Readiness.CLOSED);
      own.wantWritable(WritableWish.NOT_FULL, 0);
      own.written();
      own.consumed();
      own.flush();
    });
    host.settle();
  }

  @Test
  void A24_stale_handles_yield_nosession_and_foreign_sessions_owner() {
    host.join(client);
    Session own = client.session();
    long handle = own.handle();
    long foreign = server.session().handle();
    host.onMain(() -> {
      assertThat(client.context().disconnect(foreign).join()).isEqualTo(SessionError.OWNER);
      assertThat(client.context().shutdown(foreign).join()).isEqualTo(SessionError.OWNER);
      assertThat(client.context().reset(foreign).join()).isEqualTo(SessionError.OWNER);
      assertThat(client.context().session(foreign)).isNull();
      assertThat(client.context().session(handle)).isSameAs(own);
      assertThat(client.context().disconnect(-1).join()).isEqualTo(SessionError.NOSESSION);
      assertThat(client.context().disconnect(100L << 56).join()).isEqualTo(SessionError.NOSESSION);
    });
    assertThat(host.errors(SessionError.OWNER)).isEqualTo(3);
    var byStranger = client.context().shutdown(handle);
    var closed = client.context().disconnect(handle);
    host.settle();
    assertThat(byStranger.join()).isEqualTo(SessionError.NONE);
    assertThat(closed.join()).isEqualTo(SessionError.NONE);
    assertThat(server.told()).contains("disconnected");
    var late = client.context().reset(handle);
    host.settle();
    assertThat(late.join()).isEqualTo(SessionError.NOSESSION);
  }

  @Test
  void defect_4_a_stale_handle_never_resolves_to_the_next_session_in_the_slot() {
    host.join(client);
    Session first = client.session();
    long stale = first.handle();
    host.at(first, first::close);
    host.at(server.session(), server.session()::close);
    host.settle();
    for (int i = 0; i < 200; i++) {
      host.join(client);
      Session next = client.sessions.getLast();
      assertThat(next.handle()).isNotEqualTo(stale);
      host.onMain(() -> {
        assertThat(client.context().session(stale)).isNull();
        assertThat(client.context().reset(stale).join()).isEqualTo(SessionError.NOSESSION);
      });
      host.at(next, next::close);
      Session accepted = server.sessions.getLast();
      host.at(accepted, accepted::close);
      host.settle();
    }
  }
}
