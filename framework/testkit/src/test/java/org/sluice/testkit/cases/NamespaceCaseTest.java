package org.sluice.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.testkit.contract.RecordingApplication;

/** The case {@code namespace}: who attaches where, and who reaches whom, by scope and namespace. */
@Timeout(60)
class NamespaceCaseTest {
  private static final long SECRET = 1234;
  private static final String NAMESPACE = "red";
  private static final int TABLE = 7;
  private static final String ANY = "0.0.0.0:80";
  private static final String LOOPBACK = "127.0.0.1:80";

  private final CaseWorld world = new CaseWorld();

  /** Without an interface: in tables of its own. */
  @BeforeEach
  void namespace_with_a_secret() {
    world.keepTable(TABLE);
    assertThat(world.namespace(NAMESPACE, SECRET, NamespaceBinding.toTables(TABLE, TABLE))).isTrue();
  }

  private RecordingApplication attach(String name, Scope first, Scope... more) {
    return world.attach(
        AttachOptions.named(name).with().namespace(NAMESPACE, SECRET).scopes(first, more).build());
  }

  private RecordingApplication both(String name) {
    return attach(name, Scope.LOCAL, Scope.GLOBAL);
  }

  private void end(RecordingApplication... applications) {
    for (RecordingApplication application : applications) {
      world.detach(application);
    }
    world.end();
  }

  @Test
  void A09_wrong_secret_is_refused() {
    AttachOptions wrong = AttachOptions.named("server").with().namespace(NAMESPACE, SECRET - 1).build();
    assertThat(world.refusal(() -> world.simulation.stack().applications().attach(new RecordingApplication(), wrong)))
        .isEqualTo(SessionError.WRONG_NS_SECRET);
    world.end();
  }

  @Test
  void A06_without_namespace_and_scopes_it_is_the_default_namespace_and_the_network_alone() {
    AttachOptions d = AttachOptions.named("server");
    AttachOptions bare = new AttachOptions(d.name(), d.namespace(), d.secret(), Set.of(), d.flags(), d.rxFifoBytes(),
        d.txFifoBytes(), d.maxRxFifoBytes(), d.firstAllocationPercent(), d.segmentBytes(), d.addSegmentBytes(),
        d.maxSegments(), d.maxFifoMemoryBytes(), d.preallocatedFifoPairs(), d.preallocatedFifoHeaders(),
        d.eventQueueEvents(), d.highWatermarkPercent(), d.lowWatermarkPercent(), d.maxConnects(), d.proxyProtocols());
    RecordingApplication server = world.attach(bare);
    long listener = world.listen(server, ANY);
    assertThat(world.packet(0, "203.0.113.1:80")).isEqualTo("server");
    assertThat(world.packet(TABLE, "203.0.113.1:80")).as("another namespace's table").isEmpty();
    assertThat(world.connectOf(CaseWorld.DEFAULT, LOOPBACK)).as("no local entry").isEmpty();
    assertThat(world.local.calls("startListen")).isZero();
    world.unlisten(server, listener);
    assertThat(world.packet(0, "203.0.113.1:80")).as("gone").isEmpty();
    end(server);
  }

  @Test
  void A06_both_scopes_are_seen_in_both_tables() {
    RecordingApplication server = both("server");
    long listener = world.listen(server, ANY);
    assertThat(world.packet(TABLE, "203.0.113.1:80")).isEqualTo("server");
    assertThat(world.handle()).isEqualTo(listener);
    assertThat(world.connectOf(NAMESPACE, LOOPBACK)).isEqualTo("server");
    assertThat(world.packet(0, "203.0.113.1:80")).isEmpty();
    world.unlisten(server, listener);
    assertThat(world.packet(TABLE, "203.0.113.1:80")).isEmpty();
    assertThat(world.connectOf(NAMESPACE, LOOPBACK)).isEmpty();
    end(server);
  }

  @Test
  void A08_connect_to_no_address_has_no_side_effect() {
    RecordingApplication server = both("server");
    RecordingApplication client = both("client");
    world.listen(server, ANY);
    int segments = world.segments();
    assertThat(world.connect(client, "0.0.0.0:80")).isEqualTo(SessionError.INVALID_RMT_IP);
    assertThat(world.connect(client, "[::]:80")).isEqualTo(SessionError.INVALID_RMT_IP);
    assertThat(world.segments()).isEqualTo(segments);
    assertThat(world.local.calls("connect")).isZero();
    assertThat(server.logs()).isEmpty();
    end(server, client);
  }

  @Test
  void A07_loopback_of_the_namespace_is_one_segment_and_one_accept() {
    RecordingApplication server = both("server");
    RecordingApplication client = both("client");
    world.listen(server, ANY);
    int segments = world.segments();
    assertThat(world.connect(client, LOOPBACK)).isEqualTo(SessionError.NONE);
    assertThat(world.serveLocally()).isTrue();
    assertThat(world.segments()).isEqualTo(segments + 1);
    assertThat(server.segments()).as("told of it").containsExactly("added");
    assertThat(client.segments()).as("told of it").containsExactly("added");
    assertThat(server.log().events()).containsExactly("accepted");
    assertThat(client.log().events()).containsExactly("connected");
    assertThat(client.connects()).first().isEqualTo("connected 1");
    end(server, client);
  }

  @Test
  void A07_global_client_finds_no_interface_to_loopback() {
    world.loop("lan", TABLE, "192.0.2.1/24");
    RecordingApplication server = both("server");
    RecordingApplication client = attach("client", Scope.GLOBAL);
    world.listen(server, ANY);
    assertThat(world.connect(client, LOOPBACK)).isEqualTo(SessionError.NOINTF);
    assertThat(server.logs()).isEmpty();
    end(server, client);
  }

  @Test
  void A06_local_server_is_in_no_table_of_the_network() {
    RecordingApplication server = attach("server", Scope.LOCAL);
    long listener = world.listen(server, ANY);
    assertThat(world.packet(TABLE, "203.0.113.1:80")).isEmpty();
    assertThat(world.connectOf(NAMESPACE, LOOPBACK)).isEqualTo("server");
    assertThat(world.connectOf(CaseWorld.DEFAULT, LOOPBACK)).isEmpty();
    world.unlisten(server, listener);
    assertThat(world.connectOf(NAMESPACE, LOOPBACK)).isEmpty();
    end(server);
  }

  @Test
  void A07_client_of_the_default_namespace_has_no_route_to_loopback_of_another() {
    RecordingApplication server = both("server");
    world.listen(server, ANY);
    RecordingApplication client = world.attach("client", Scope.LOCAL);
    assertThat(world.connect(client, LOOPBACK)).isEqualTo(SessionError.NOROUTE);
    assertThat(world.local.calls("connect")).isZero();
    assertThat(server.logs()).isEmpty();
    end(server, client);
  }

  @Test
  void A10_after_a_rebind_to_an_interface_the_network_has_its_address_and_the_local_entry_stays() {
    RecordingApplication server = both("server");
    final long listener = world.listen(server, ANY);
    world.loop("lan", 9, "192.0.2.1/24");
    assertThat(world.namespace(NAMESPACE, SECRET, NamespaceBinding.toInterface("lan"))).as("not new").isFalse();
    assertThat(world.packet(9, "192.0.2.1:80")).isEqualTo("server");
    assertThat(world.handle()).isEqualTo(listener);
    assertThat(world.packet(9, "192.0.2.2:80")).as("that address only").isEmpty();
    assertThat(world.packet(TABLE, "192.0.2.1:80")).isEmpty();
    assertThat(world.connectOf(NAMESPACE, LOOPBACK)).isEqualTo("server");
    assertThat(world.connectOf(NAMESPACE, "192.0.2.1:80")).as("that entry is of no address").isEmpty();
    end(server);
  }
}
