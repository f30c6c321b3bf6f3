package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.application.NamespaceControl;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.NamespacedListeners;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.NamespaceWords;
import org.sluice.spi.error.SessionError;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.FakePeekTransport;

/** One plugin that listens in several namespaces. */
class NamespacedListenersTest {
  private static final String URI = "peek://0.0.0.0:80";

  private final Simulation simulation = new Simulation(5, 1);
  private final TestHost host = simulation.host("server", Map.of());
  private final Server server = new Server();

  NamespacedListenersTest() {
    TestHost transport = simulation.host("fake", Map.of());
    var _ = simulation.start(transport, new FakePeekTransport(transport));
    simulation.addNamespace("red", 7, 1, "10.1.0.1/8");
    simulation.addNamespace("blue", 0, 2, "10.2.0.1/8");
    var _ = simulation.start(host, server);
  }

  @Test
  void each_namespace_gets_an_application_at_its_first_listener() throws Exception {
    Listening<String> own = listen("default", 0, "a");
    Listening<String> red = listen("red", 7, "b");
    assertThat(listen("red", 7, "peek://0.0.0.0:81", "c").context()).isEqualTo(red.context());
    assertThat(List.of(own.context().name(), red.context().name())).containsExactly("server", "server@red");
    assertThat(attached("red")).containsExactly("server@red");
    assertThat(attached("default")).containsExactly("server");
    assertThat(server.listeners.get(red.handle())).isEqualTo(red);

    assertThat(choose("peek://0.0.0.0:81").listener()).isEqualTo("c");
    assertThatThrownBy(() -> choose(URI)).isInstanceOf(CommandException.class)
        .hasMessageContaining("default, red").hasMessageContaining("add 'namespace NAME'");
    assertThat(choose(URI, "namespace", "red")).isEqualTo(red);
    assertThatThrownBy(() -> choose(URI, "namespace", "blue")).hasMessageContaining("in namespace 'blue'; 'show x'");
    assertThat(NamespaceWords.complete(List.of(URI, "namespace", ""), server.listeners))
        .containsExactly("default", "red");

    assertThat(simulation.await(() -> server.listeners.unlisten(red))).isEqualTo(red);
    assertThat(choose(URI)).isEqualTo(own);
    assertThat(server.listeners.get(red.handle())).isNull();
  }

  @Test
  void a_wrong_secret_is_refused_before_and_after_the_right_one() {
    assertRefused(SessionError.WRONG_NS_SECRET, "red", 8);
    assertRefused(SessionError.INVALID_NS, "green", 0);
    var _ = listen("red", 7, "a");
    assertRefused(SessionError.WRONG_NS_SECRET, "red", 8);
    assertRefused(SessionError.WRONG_NS_SECRET, "default", 8);
    assertThat(server.listeners.all()).hasSize(1);
  }

  @Test
  void a_secret_that_was_changed_is_learned_by_proof() {
    var _ = listen("red", 7, "a");
    bind("red", 9);
    var _ = listen("red", 9, "peek://0.0.0.0:81", "b");
    assertRefused(SessionError.WRONG_NS_SECRET, "red", 7);
    assertThat(server.listeners.all()).hasSize(2);
    assertThat(attached("red")).as("no proof stays").containsExactly("server@red");
  }

  @Test
  void who_comes_while_a_wrong_secret_is_tried_is_not_refused_with_it() {
    CompletableFuture<Listening<String>> wrong = server.listeners.listen("red", 8, URI, "wrong");
    CompletableFuture<Listening<String>> right = server.listeners.listen("red", 7, URI, "right");
    simulation.run();
    assertThat(wrong).isCompletedExceptionally();
    assertThat(right).isCompletedWithValueMatching(listening -> listening.listener().equals("right"));
  }

  @Test
  void a_namespace_that_goes_takes_its_listeners_along_and_may_come_back() {
    Listening<String> red = listen("red", 7, "a");
    var _ = listen("blue", 0, "b");
    var _ = simulation.await(() -> namespaces().delete("red"));
    assertThat(server.left).containsExactly("server@red");
    assertThat(server.listeners.all()).extracting(Listening::listener).containsExactly("b");
    assertThat(server.listeners.get(red.handle())).isNull();

    bind("red", 7);
    assertThat(listen("red", 7, "c").context().name()).isEqualTo("server@red");
  }

  @Test
  void all_go_with_the_plugin() {
    var _ = listen("default", 0, "a");
    var _ = listen("red", 7, "b");
    simulation.stop(host);
    assertThat(server.left).containsExactlyInAnyOrder("server", "server@red");
    assertThat(server.listeners.all()).isEmpty();
    simulation.requireNothingLeft();
  }

  private void bind(String id, long secret) {
    var _ = simulation.await(() ->
        namespaces().add(id, OptionalLong.of(secret), NamespaceBinding.toInterface(id)));
  }

  private List<String> attached(String namespace) {
    return simulation.get(0, () -> namespaces().views()).stream()
        .filter(view -> view.id().equals(namespace)).findFirst().orElseThrow().applications();
  }

  private NamespaceControl namespaces() {
    return simulation.stack().applicationLayer().namespaces();
  }

  private Listening<String> listen(String namespace, long secret, String name) {
    return listen(namespace, secret, URI, name);
  }

  private Listening<String> listen(String namespace, long secret, String uri, String name) {
    return simulation.await(() -> server.listeners.listen(namespace, secret, uri, name));
  }

  private void assertRefused(SessionError error, String namespace, long secret) {
    assertThatThrownBy(() -> listen(namespace, secret, "x"))
        .rootCause().isInstanceOfSatisfying(SessionException.class, e -> assertThat(e.error()).isEqualTo(error));
  }

  private Listening<String> choose(String uri, String... more) throws CommandException {
    return NamespaceWords.parseName(List.of(more), 0).choose(server.listeners, uri, "server", "show x");
  }

  /** The plugin's application. */
  private final class Server implements Application {
    final List<String> left = new ArrayList<>();
    final NamespacedListeners<String> listeners = new NamespacedListeners<>(
        host.applications(), options(), this, context -> left.add(context.name()));

    @Override
    public void onAttached(ApplicationContext context) {
      listeners.attached(context);
    }

    @Override
    public void onDetached() {
      listeners.detached();
    }
  }
}
