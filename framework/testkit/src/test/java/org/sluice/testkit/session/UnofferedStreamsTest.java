package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sluice.core.session.SessionWorker;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.application.SessionRecord;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.transport.ScriptedConnection;

/** Streams that end before their application has heard of them. */
class UnofferedStreamsTest {
  private final ScriptedWorld w = new ScriptedWorld(3, 1, TxMode.DEQUEUE);
  private final SessionWorker worker = w.simulation.stack().sessionCore().worker(1);
  private final List<Long> recorded = new ArrayList<>();
  private final ScriptedConnection parent;

  UnofferedStreamsTest() {
    w.transport.takesStreams();
    AttachOptions options = AttachOptions.named("collector").with().scopes(Scope.GLOBAL)
        .segments(1 << 20, 1 << 20, 16).flags(AttachOptions.Flag.EVENT_COLLECTOR).build();
    Application collector = new Application() {
      @Override
      public void onSessionRecord(SessionRecord record) {
        recorded.add(record.session());
      }
    };
    w.simulation.await(() -> w.simulation.stack().scope("collectors").applications().attach(collector, options));
    parent = w.connected(1);
  }

  /** How a stream ends that the peer has opened and that was not offered. */
  enum End {
    STREAM_IS_DELETED, PEER_CLOSES_STREAM, PEER_RESETS_STREAM, STREAM_IS_CLOSED, STREAM_IS_CLEARED,
    PEER_CLOSES_PARENT, PEER_RESETS_PARENT, PARENT_IS_CLOSED, PARENT_IS_DELETED, PARENT_IS_CLEARED, TRANSPORT_LEAVES
  }

  private void end(End how, ScriptedConnection stream) {
    w.simulation.on(1, () -> {
      switch (how) {
        case STREAM_IS_DELETED -> w.transport.deleted(stream);
        case PEER_CLOSES_STREAM -> w.host.sessions().closingNotify(stream);
        case PEER_RESETS_STREAM -> w.host.sessions().resetNotify(stream);
        case STREAM_IS_CLOSED -> w.host.sessions().closedNotify(stream);
        case STREAM_IS_CLEARED ->
            assertThat(worker.admin().clear(Handle.slot(stream.session))).isEqualTo(SessionError.NONE);
        case PEER_CLOSES_PARENT -> w.host.sessions().closingNotify(parent);
        case PEER_RESETS_PARENT -> w.host.sessions().resetNotify(parent);
        case PARENT_IS_CLOSED -> w.host.sessions().closedNotify(parent);
        case PARENT_IS_DELETED -> w.transport.deleted(parent);
        case PARENT_IS_CLEARED ->
            assertThat(worker.admin().clear(Handle.slot(parent.session))).isEqualTo(SessionError.NONE);
        case TRANSPORT_LEAVES -> { }
      }
    });
    if (how == End.TRANSPORT_LEAVES) {
      w.simulation.await(w.host::revoke);
    }
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void S32_a_stream_that_was_not_offered_goes_with_its_connection_and_nobody_hears_of_it(End how) {
    goes(how, false);
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void S32_neither_does_one_whose_parent_the_application_has_closed(End how) {
    goes(how, true);
  }

  private void goes(End how, boolean parentClosed) {
    ScriptedConnection stream = w.simulation.get(1, () -> w.transport.incomingStream(parent));
    if (parentClosed) {
      w.on(parent, () -> w.session(parent).close());
    }
    end(how, stream);
    w.run();
    w.simulation.on(1, () -> {
      if (w.transport.established().contains(stream)) {
        w.transport.deleted(stream);
      }
      assertThat(worker.admin().view(stream.session) == null).as("freed").isTrue();
    });
    w.run();
    assertThat(w.application.logs()).as("only the parent's").hasSize(1);
    assertThat(recorded).doesNotContain(stream.session);
    finish();
  }

  @Test
  void S32_nor_does_one_whose_application_leaves() {
    ScriptedConnection stream = w.simulation.get(1, () -> w.transport.incomingStream(parent));
    w.simulation.await(() -> w.application.context().detach());
    w.run();
    w.simulation.on(1, () -> {
      w.transport.deleted(stream);
      w.transport.deleted(parent);
    });
    w.run();
    assertThat(recorded).containsExactly(parent.session);
    w.attach(w.application, "application");
    finish();
  }

  @Test
  void S32_A22_a_stream_that_ends_before_its_connect_was_told_is_told_whole_and_has_a_record() {
    ConnectOptions options = w.simulation.get(1, () -> ConnectOptions.streamOf(w.session(parent)));
    long stream = w.simulation.get(1, () -> {
      w.application.context().connect(options, 4);
      ScriptedConnection made = w.transport.streams(parent).getFirst();
      w.transport.deleted(made);
      return made.session;
    });
    w.run();
    assertThat(w.application.connects()).endsWith("connected 4");
    assertThat(w.lastLog().events()).containsExactly("connected", "cleanup TRANSPORT", "cleanup SESSION");
    assertThat(recorded).containsExactly(stream);
    finish();
  }

  private void finish() {
    w.simulation.on(1, () -> {
      if (w.transport.established().contains(parent)) {
        w.transport.deleted(parent);
      }
    });
    w.run();
    assertThat(w.counter("session.illegal-transition")).isZero();
    w.simulation.await(w.simulation.stack().scope("collectors")::revoke);
    w.end();
    assertThat(w.simulation.fifos()).isZero();
  }
}
