package org.sluice.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.ListenOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.EndpointExtension;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.transport.ScriptedTransport;

/** The case {@code ext-cfg}: typed configuration travels with an endpoint to the transport that knows it. */
@Timeout(60)
class ExtCfgCaseTest {
  private record Profile(String name, int version) implements EndpointExtension {}

  private record Transparent(boolean wanted) implements EndpointExtension {}

  private record Unasked() implements EndpointExtension {}

  private static final Profile PROFILE = new Profile("modern", 13);
  private static final Profile SECOND = new Profile("second", 12);
  private static final Transparent TRANSPARENT = new Transparent(true);

  private final CaseWorld world = new CaseWorld();
  private final ScriptedTransport script = world.start(new ScriptedTransport(
      new TransportDescriptor("script", "S", ServiceType.VIRTUAL_CIRCUIT, TxMode.DEQUEUE), world.host)).keepsConfigs();
  private final RecordingApplication application = world.attach("application", Scope.LOCAL, Scope.GLOBAL);
  private final List<EndpointExtension> given = new ArrayList<>(List.of(PROFILE, TRANSPARENT, SECOND));

  @BeforeEach
  void network() {
    world.loop("lan", 0, "192.0.2.1/24");
  }

  private void listen() {
    var _ = world.simulation.await(() -> application.context().listen(
        new ListenOptions("script", Endpoint.of("0.0.0.0", 80), Set.of(), given)));
  }

  private void connect(String address) {
    long before = script.calls("connect") + world.local.calls("connect");
    world.ask(application, new ConnectOptions("script", Endpoint.of(address, 80), Endpoint.ANY_IP4, 0,
        0, Set.of(), Handle.INVALID, given));
    assertThat(script.calls("connect") + world.local.calls("connect")).isEqualTo(before + 1);
  }

  private static void requireAll(EndpointConfig config) {
    assertThat(config.extension(Profile.class)).as("the first of its kind").isEqualTo(PROFILE);
    assertThat(config.extension(Transparent.class)).isEqualTo(TRANSPARENT);
    assertThat(config.extension(Unasked.class)).isNull();
    assertThat(config.extensions()).containsExactly(PROFILE, TRANSPARENT, SECOND);
  }

  private void end() {
    world.detach(application);
    world.end();
  }

  @Test
  void several_kinds_reach_the_transport_with_a_listen() {
    listen();
    requireAll(script.lastConfig());
    end();
  }

  @Test
  void several_kinds_reach_the_transport_with_a_connect() {
    connect("192.0.2.9");
    requireAll(script.lastConfig());
    assertThat(world.local.calls("connect")).isZero();
    end();
  }

  @Test
  void the_local_transport_gets_them_in_place_of_the_one_that_was_asked_for() {
    listen();
    requireAll(world.local.lastConfig());
    connect("127.0.0.1");
    assertThat(world.local.calls("connect")).isEqualTo(1);
    requireAll(world.local.lastConfig());
    end();
  }

  @Test
  void they_go_along_when_the_namespace_moves() {
    listen();
    var _ = world.simulation.await(() -> world.namespaces.add(
        CaseWorld.DEFAULT, OptionalLong.empty(), NamespaceBinding.toInterface("lan")));
    assertThat(script.lastConfig().local().address()).hasToString("192.0.2.1");
    requireAll(script.lastConfig());
    end();
  }

  @Test
  void what_is_changed_afterwards_changes_nothing_and_an_endpoint_without_any_has_none() {
    listen();
    given.clear();
    requireAll(script.lastConfig());
    connect("192.0.2.9");
    assertThat(script.lastConfig().extensions()).isEmpty();
    assertThat(script.lastConfig().extension(Profile.class)).isNull();
    end();
  }
}
