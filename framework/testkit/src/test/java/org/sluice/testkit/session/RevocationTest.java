package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.sluice.core.PluginScope;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.ScriptedConnection;
import org.sluice.testkit.transport.ScriptedTransport;

/** The revocation of a plugin: whole, once, and not done before it is. */
class RevocationTest {
  private final ScriptedWorld w = new ScriptedWorld(1, 1, TxMode.DEQUEUE);
  private final TestHost host = w.simulation.host("two", Map.of());
  private final PluginScope scope = host.scope();

  private static TransportDescriptor descriptor(String name, String shortName) {
    return new TransportDescriptor(name, shortName, ServiceType.VIRTUAL_CIRCUIT, TxMode.DEQUEUE, Set.of());
  }

  private ScriptedTransport register(String name, String shortName) {
    ScriptedTransport transport = new ScriptedTransport(descriptor(name, shortName), host);
    w.simulation.await(() -> scope.registerTransport(transport));
    return transport;
  }

  private List<String> registered() {
    return w.simulation.stack().transports().entries().stream().map(TransportEntry::name).toList();
  }

  private void connect(ScriptedTransport transport, String name, int worker) {
    w.simulation.on(0, () -> w.application.context().connect(name + "://127.0.0.1:1", 1));
    ScriptedConnection halfOpen = transport.halfOpens().getLast();
    w.simulation.on(worker, () -> transport.answer(halfOpen, w.worker(worker)));
    w.simulation.on(0, () -> transport.delete(halfOpen));
    w.run();
  }

  @Test
  void eviction_that_the_end_of_the_stack_overtakes_ends_with_a_failure() {
    TransportEntry entry = w.simulation.stack().transports().entries().getFirst();
    CompletableFuture<Void> evicted = w.simulation.get(0, () -> w.simulation.stack().sessionCore().evict(entry));
    assertThat(evicted).as("worker 1 has not turned").isNotDone();
    w.simulation.stack().close();
    assertThat(evicted).isCompletedExceptionally();
  }

  @Test
  void second_revocation_waits_for_the_first() {
    ScriptedTransport transport = register("first", "F");
    connect(transport, "first", 1);
    CompletableFuture<Void> once = w.simulation.get(0, scope::revoke);
    CompletableFuture<Void> twice = w.simulation.get(0, scope::revoke);
    CompletableFuture<Long> disabled = twice.thenApply(done -> transport.calls("disable"));
    assertThat(once).as("worker 1 has not turned").isNotDone();
    assertThat(twice).as("nor is it done for the second caller").isNotDone();
    w.simulation.stack().worker(0).turn();
    w.simulation.stack().worker(1).turn();
    w.run();
    assertThat(once).isCompleted();
    assertThat(disabled).as("disabled when the second caller was told").isCompletedWithValue(1L);
    assertThat(w.simulation.await(scope::revoke)).as("once more is no error").isNull();
    assertThat(registered()).containsExactly("script");
  }

  @Test
  void failure_in_the_middle_is_told_and_the_next_revocation_goes_on_with_what_is_left() {
    ScriptedTransport good = register("good", "G");
    ScriptedTransport bad = register("bad", "B");
    connect(good, "good", 1);
    connect(bad, "bad", 1);
    bad.doIn("cleanup", () -> {
      throw new InternalError("as told");
    });
    assertThat(catchThrowable(() -> w.simulation.await(scope::revoke))).hasStackTraceContaining("as told");
    assertThat(registered()).as("one could go, the other is not forgotten").containsExactly("script", "bad");
    bad.behaveIn("cleanup");
    w.simulation.await(scope::revoke);
    assertThat(bad.calls("disable")).isEqualTo(1);
    assertThat(registered()).containsExactly("script");
    w.run();
    w.end();
  }

  @Test
  void nothing_new_is_taken_from_the_first_call_on() {
    ScriptedTransport late = new ScriptedTransport(descriptor("late", "L"), host);
    CompletableFuture<Integer> early = scope.registerTransport(late);
    RecordingApplication application = new RecordingApplication();
    var attaching = host.applications().attach(application);
    CompletableFuture<Void> revoked = w.simulation.get(0, scope::revoke);
    w.run();
    assertThat(revoked).isCompleted();
    assertThat(catchThrowable(early::join)).hasStackTraceContaining("two is stopping");
    assertThat(late.calls("enable")).isZero();
    assertThatThrownBy(attaching::join).hasMessageContaining("two is stopping").cause()
        .isInstanceOfSatisfying(SessionException.class, e -> assertThat(e.error()).isEqualTo(SessionError.CONFLICT));
    assertThat(registered()).containsExactly("script");
  }

  @Test
  void transport_whose_enable_revokes_its_plugin_does_not_stay() {
    ScriptedTransport transport = new ScriptedTransport(descriptor("hasty", "H"), host);
    List<CompletableFuture<Void>> revoked = new ArrayList<>();
    transport.doIn("enable", () -> revoked.add(scope.revoke()));
    assertThat(catchThrowable(() -> w.simulation.await(() -> scope.registerTransport(transport))))
        .hasStackTraceContaining("two is stopping");
    assertThat(registered()).containsExactly("script");
    assertThat(transport.calls("disable")).isEqualTo(1);
    w.run();
    assertThat(revoked).singleElement().satisfies(end -> assertThat(end).isCompleted());
  }
}
