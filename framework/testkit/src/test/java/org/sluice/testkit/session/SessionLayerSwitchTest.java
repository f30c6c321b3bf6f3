package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.sluice.core.PluginScope;
import org.sluice.core.application.SessionLayerSwitch;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.ScriptedConnection;
import org.sluice.testkit.transport.ScriptedTransport;

/** The whole layer turned off and on. */
class SessionLayerSwitchTest {
  private static final int TOGGLES = 100;

  private final ScriptedWorld w = new ScriptedWorld(1, 1, TxMode.DEQUEUE);
  private final SessionLayerSwitch layer = w.simulation.stack().sessionLayerSwitch();

  private ScriptedTransport register(TestHost host, String name, String shortName) {
    ScriptedTransport transport = new ScriptedTransport(
        new TransportDescriptor(name, shortName, ServiceType.VIRTUAL_CIRCUIT, TxMode.DEQUEUE, Set.of()), host);
    w.simulation.await(() -> host.scope().registerTransport(transport));
    return transport;
  }

  private List<String> registered() {
    return w.simulation.stack().transports().entries().stream().map(TransportEntry::name).toList();
  }

  private void off() {
    assertThat(w.simulation.await(layer::disable)).isTrue();
  }

  private SessionLayerSwitch.Outcome on() {
    return w.simulation.await(layer::enable);
  }

  private void refused(CompletableFuture<?> call) {
    w.run();
    assertThatThrownBy(call::join).cause()
        .isInstanceOfSatisfying(SessionException.class, e -> assertThat(e.error()).isEqualTo(SessionError.DISABLED));
  }

  // ---- Off.

  @Test
  void off_ends_whatever_there_is() {
    w.application.onEnd(s -> {});
    w.accepted(1);
    w.connected(0);
    w.incoming(1);
    w.connect(1);
    ScriptedConnection answered = w.connect(2);
    w.simulation.on(1, () -> w.transport.answer(answered, w.worker(1)));
    ScriptedConnection migrating = w.connect(3);
    w.simulation.on(0, () -> w.host.sessions().halfOpenMigrate(migrating.session));
    off();
    assertThat(w.application.detaches()).isEqualTo(1);
    assertThat(w.application.connects()).doesNotContain("failed CANCELLED 1");
    assertThat(w.transport.calls().getLast()).isEqualTo("disable ");
    assertThat(w.simulation.get(1, () -> w.transport.arrive(migrating, w.worker(1))).session)
        .isEqualTo(SessionError.CANCELLED.code());
    w.simulation.requireNothingLeft();
    assertThat(w.counter("session.illegal-transition")).isZero();
  }

  @Test
  void nothing_is_taken_while_it_is_off_and_each_refusal_is_counted() {
    ApplicationContext old = w.application.context();
    w.incoming(0);
    off();
    assertThat(layer.isOn()).isFalse();
    refused(w.host.applications().attach(new RecordingApplication()));
    refused(old.listen("script://127.0.0.1:1"));
    refused(old.addWorker(new RecordingApplication()));
    assertThat(old.connect("script://127.0.0.1:1", 1)).isEqualTo(SessionError.DISABLED);
    assertThat(w.counter("session.error.disabled")).isEqualTo(4);
    assertThat(w.simulation.get(1, () -> w.transport.incoming(w.transport.listener(), 1, w.worker(1))).session)
        .isNegative();
    w.simulation.requireNothingLeft();
    assertThat(w.transport.calls("connect")).isZero();
  }

  @Test
  void transport_that_comes_while_it_is_off_is_enabled_with_the_others() {
    off();
    ScriptedTransport late = register(w.host, "late", "L");
    assertThat(registered()).containsExactly("script", "late");
    assertThat(late.calls()).isEmpty();
    ScriptedTransport gone = register(w.simulation.host("other", Map.of()), "gone", "G");
    w.simulation.await(() -> w.simulation.stack().scope("other").revoke());
    assertThat(gone.calls()).as("neither enabled nor disabled").isEmpty();
    on();
    assertThat(late.calls()).containsExactly("enable ");
    assertThat(w.transport.calls("enable")).isEqualTo(2);
  }

  @Test
  void disabled_transport_is_called_for_nothing() {
    List<Long> times = new ArrayList<>();
    off();
    w.transport.doIn("updateTime", () -> times.add(w.simulation.runtime().clock().nanoTime()));
    long before = w.transport.totalCalls();
    w.advance(Duration.ofMillis(5));
    w.simulation.on(1, () -> {});
    w.run();
    assertThat(times).isEmpty();
    assertThat(w.transport.totalCalls()).isEqualTo(before);
    on();
    w.run();
    assertThat(times).isNotEmpty();
  }

  @Test
  void failure_on_the_way_off_is_told_and_the_next_attempt_goes_on() {
    ScriptedConnection c = w.connected(1);
    w.transport.doIn("cleanup", () -> {
      throw new InternalError("as told");
    });
    assertThatThrownBy(() -> w.simulation.await(layer::disable)).hasStackTraceContaining("as told");
    assertThat(layer.isOn()).isFalse();
    assertThat(w.transport.calls("disable")).isZero();
    w.transport.behaveIn("cleanup");
    off();
    assertThat(w.transport.calls("disable")).isEqualTo(1);
    assertThat(w.transport.connection(c.handle())).isNull();
    w.simulation.requireNothingLeft();
    assertThat(w.simulation.await(layer::disable)).as("off already").isFalse();
    on();
    assertThat(w.transport.calls("enable")).isEqualTo(2);
  }

  @Test
  void layer_that_is_half_off_comes_on_without_enabling_anything_twice() {
    w.connected(1);
    w.transport.doIn("cleanup", () -> {
      throw new InternalError("as told");
    });
    assertThatThrownBy(() -> w.simulation.await(layer::disable)).hasStackTraceContaining("as told");
    w.transport.behaveIn("cleanup");
    assertThat(on().changed()).isTrue();
    assertThat(w.transport.calls("enable")).isEqualTo(1);
    w.attach(w.application, "application");
    assertThat(w.connected(1).session).isNotNegative();
  }

  // ---- On again.

  @Test
  void on_brings_it_back_under_the_same_ids() {
    w.connected(1);
    int id = w.simulation.stack().transports().entries().getFirst().id();
    off();
    assertThat(on()).isEqualTo(new SessionLayerSwitch.Outcome(true, List.of(), List.of()));
    assertThat(w.simulation.stack().transports().entries().getFirst().id()).isEqualTo(id);
    assertThat(w.application.context().connect("script://127.0.0.1:1", 1)).as("detached stays detached")
        .isEqualTo(SessionError.NOAPP);
    w.attach(w.application, "application");
    w.accepted(1);
    assertThat(w.session(w.connected(0)).handle()).isNotNegative();
    w.end();
  }

  @Test
  void transport_whose_enable_throws_is_removed_and_the_others_go_on() {
    w.simulation.runtime().tolerateFaults();
    TestHost other = w.simulation.host("other", Map.of());
    ScriptedTransport broken = register(other, "broken", "B");
    ScriptedTransport behind = register(other, "behind", "H");
    off();
    broken.throwIn("enable");
    assertThat(on().removedTransports()).containsExactly("broken");
    assertThat(registered()).containsExactly("script", "behind");
    assertThat(other.scope().faults().count()).isEqualTo(1);
    assertThat(behind.calls("enable")).isEqualTo(2);
    w.attach(w.application, "application");
    w.simulation.on(0, () -> w.application.context().connect("broken://127.0.0.1:1", 5));
    w.run();
    assertThat(w.application.connects()).containsExactly("failed TRANSPORT_NO_REG 5");
    broken.behaveIn("enable");
    ScriptedTransport again = register(other, "broken", "B");
    w.simulation.await(other::revoke);
    assertThat(again.calls("disable")).isEqualTo(1);
    assertThat(broken.calls("disable")).as("only when the layer went off").isEqualTo(1);
    w.end();
  }

  @Test
  void applications_that_are_kept_attached_come_back_and_others_do_not() {
    PluginScope plugin = w.simulation.stack().scope("kept");
    RecordingApplication kept = new RecordingApplication();
    assertThat(w.simulation.await(() -> plugin.keepAttached(kept))).isEqualTo("recordingapplication");
    ApplicationContext first = kept.context();
    off();
    assertThat(kept.detaches()).isEqualTo(1);
    on();
    assertThat(kept.context()).isNotSameAs(first);
    assertThat(kept.context().connect("script://127.0.0.1:1", 1)).isEqualTo(SessionError.NONE);
    assertThat(w.application.detaches()).isEqualTo(1);
    assertThat(w.application.context().connect("script://127.0.0.1:1", 1)).isEqualTo(SessionError.NOAPP);
    w.simulation.await(plugin::revoke);
    off();
    on();
    assertThat(kept.detaches()).as("not attached any more").isEqualTo(2);
    w.simulation.requireNothingLeft();
  }

  @Test
  void application_that_is_kept_while_it_is_off_is_attached_when_it_comes_on() {
    PluginScope plugin = w.simulation.stack().scope("kept");
    RecordingApplication kept = new RecordingApplication();
    RecordingApplication double0 = new RecordingApplication();
    off();
    w.simulation.await(() -> plugin.keepAttached(kept));
    w.simulation.await(() -> plugin.keepAttached(double0));
    assertThat(catchThrowable(kept::context)).hasMessage("not attached");
    assertThat(on().failedApplications()).singleElement().asString().contains("recordingapplication", "APP_ATTACHED");
    assertThat(kept.context().name()).isEqualTo("recordingapplication");
    assertThat(catchThrowable(() -> w.simulation.await(() -> plugin.keepAttached(new RecordingApplication()))))
        .hasStackTraceContaining("APP_ATTACHED");
    w.simulation.await(plugin::revoke);
  }

  // ---- Again and again.

  @Test
  void changes_are_done_one_after_the_other() {
    w.accepted(1);
    List<CompletableFuture<Boolean>> offs = new ArrayList<>();
    List<CompletableFuture<SessionLayerSwitch.Outcome>> ons = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      offs.add(layer.disable());
      offs.add(layer.disable());
      ons.add(layer.enable());
      ons.add(layer.enable());
    }
    w.run();
    assertThat(offs.stream().map(CompletableFuture::join)).containsExactly(true, false, true, false);
    assertThat(ons.stream().map(on -> on.join().changed())).containsExactly(true, false, true, false);
    assertThat(w.transport.calls("disable")).isEqualTo(2);
    assertThat(w.transport.calls("enable")).isEqualTo(3);
    assertThat(layer.isOn()).isTrue();
  }

  @Test
  void hundred_toggles_under_load_grow_nothing() {
    List<String> counters = new ArrayList<>();
    for (int i = 0; i < TOGGLES; i++) {
      if (i > 0) {
        w.attach(w.application, "application");
      }
      w.accepted(1);
      ScriptedConnection connected = w.connected(1);
      ScriptedConnection pending = w.connect(i);
      assertThat(Handle.slot(w.application.context().handle())).as("application slots").isLessThan(2);
      assertThat(Handle.slot(connected.session)).as("session slots").isLessThan(4);
      assertThat(Handle.slot(pending.session)).as("half-open slots").isLessThan(4);
      off();
      w.simulation.requireNothingLeft();
      assertThat(w.transport.live()).isZero();
      on();
      if (i == 1) {
        w.simulation.stack().counters().forEach((name, counter) -> counters.add(name));
      }
    }
    List<String> after = new ArrayList<>();
    w.simulation.stack().counters().forEach((name, counter) -> after.add(name));
    assertThat(after).isEqualTo(counters);
    assertThat(registered()).containsExactly("script");
    assertThat(w.transport.calls("enable")).isEqualTo(TOGGLES + 1);
    assertThat(w.transport.calls("disable")).isEqualTo(TOGGLES);
  }
}
