package org.sluice.testkit.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.core.policy.RuleAction.Verdict;
import org.sluice.core.policy.RuleKey;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.session.LookupResult.Kind;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.runtime.AllocatedBytes;

/** Each step of the order in which packets and connects find their owners, in both families. */
@Timeout(60)
class LookupOrderTest {
  private static final int WORKERS = 2;

  private final PolicyWorld world = new PolicyWorld(PolicyBackend.RULES);
  private final SessionLayer sessions = world.host.sessions();

  private static RuleKey everything(String any) {
    return PolicyWorld.key(any + "/0", 0, any + "/0", 0);
  }

  private static String text(Endpoint endpoint) {
    String address = endpoint.address().toString();
    return (endpoint.isIp4() ? address : "[" + address + "]") + ":" + endpoint.port();
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1,0.0.0.0", "[::1],::"})
  void A12_established_flow_comes_before_rules_and_is_told_from_one_of_another_worker(String host, String any) {
    RecordingApplication server = world.attach("server");
    RecordingApplication client = world.attach("client");
    world.listen(server, host + ":80");
    assertThat(world.connect(client, host + ":80")).isEqualTo(SessionError.NONE);
    Session accepted = server.log().session();
    String ours = text(accepted.localEndpoint());
    String theirs = text(accepted.remoteEndpoint());
    world.add(everything(any), Verdict.DROP);
    int here = 0;
    for (int worker = 0; worker < WORKERS; worker++) {
      Kind kind = world.lookup(worker, ours, theirs);
      assertThat(kind).isIn(Kind.SESSION, Kind.OTHER_WORKER);
      assertThat(world.handle()).isEqualTo(accepted.handle());
      TransportConnection connection =
          world.simulation.get(worker, () -> Optional.ofNullable(sessions.connection(accepted.handle())))
              .orElse(null);
      assertThat(connection != null).as("connection on worker %d", worker).isEqualTo(kind == Kind.SESSION);
      if (connection != null) {
        here++;
        assertThat(connection.remotePort()).isEqualTo(accepted.remoteEndpoint().port());
        assertThat(connection.sessionHandle()).isEqualTo(accepted.handle());
      }
    }
    assertThat(here).isEqualTo(1);
    long handle = accepted.handle();
    assertThat(world.lookup(ours, host + ":1")).as("any other flow").isEqualTo(Kind.DROP);
    world.end(server, client);
    for (int worker = 0; worker < WORKERS; worker++) {
      assertThat(world.simulation.get(worker, () -> sessions.connection(handle) == null)).as("stale").isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1,0.0.0.0", "[::1],::"})
  void S09_half_open_comes_before_rules_and_leads_to_its_connection(String host, String any) {
    RecordingApplication client = world.attach("client");
    world.add(everything(any), Verdict.DROP);
    world.simulation.on(0, () -> client.context().connect(PolicyWorld.NET + "://" + host + ":80", 1));
    long halfOpen = world.simulation.await(() -> client.context().halfOpens())[0];
    TransportConnection connection = world.simulation.get(0, () -> sessions.connection(halfOpen));
    String ours = text(connection.localEndpoint());
    for (int worker = 0; worker < WORKERS; worker++) {
      assertThat(world.lookup(worker, ours, host + ":80")).isEqualTo(Kind.HALF_OPEN);
      assertThat(world.handle()).isEqualTo(halfOpen);
    }
    assertThat(connection.remotePort()).isEqualTo(80);
    assertThat(world.simulation.get(1, () -> sessions.connection(halfOpen) == null)).as("elsewhere").isTrue();
    world.simulation.run();
    assertThat(client.connects()).first().isEqualTo("failed REFUSED 1");
    assertThat(world.lookup(ours, host + ":80")).isEqualTo(Kind.DROP);
    assertThat(world.simulation.get(0, () -> sessions.connection(halfOpen) == null)).as("gone").isTrue();
    world.end(client);
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1,0.0.0.0,127.0.0.1:9,10.0.0.1:9", "[::1],::,[::1]:9,[2001:db8::1]:9"})
  void A12_rules_then_exact_then_any_then_proxies_then_nobody(String host, String any, String peer, String far) {
    RecordingApplication exact = world.attach("exact");
    RecordingApplication wild = world.attach("wild");
    RecordingApplication proxy = world.attach("proxy");
    RecordingApplication chosen = world.attach("chosen");
    String anyHost = any.equals("::") ? "[::]" : any;
    String bare = any.equals("::") ? "::1" : host;
    final long exactly = world.listen(exact, host + ":80");
    final long wildly = world.listen(wild, anyHost + ":80");
    final long here = world.proxy(proxy, bare);
    final long everywhere = world.proxy(proxy, any);
    final long choice = world.listen(chosen, host + ":7777");
    String ours = host + ":80";

    world.add(everything(any), Verdict.DROP);
    assertThat(world.lookup(ours, peer)).isEqualTo(Kind.DROP);
    world.add(everything(any), world.to(chosen));
    assertThat(world.lookup(ours, peer)).isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(choice);
    world.add(everything(any), Verdict.ALLOW);
    assertThat(world.lookup(ours, peer)).isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(exactly);
    world.delete(everything(any));
    assertThat(world.lookup(ours, peer)).isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(exactly);

    world.unlisten(exact, exactly);
    assertThat(world.lookup(1, ours, peer)).isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(wildly);
    assertThat(world.lookup(far, peer)).as("no other port").isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(everywhere);

    world.unlisten(wild, wildly);
    assertThat(world.lookup(1, ours, peer)).isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(here);
    world.unlisten(proxy, here);
    assertThat(world.lookup(ours, peer)).isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(everywhere);
    world.unlisten(proxy, everywhere);
    assertThat(world.lookup(ours, peer)).isEqualTo(Kind.NONE);
    assertThat(world.handle()).isNegative();
    world.end(exact, wild, proxy, chosen);
  }

  @Test
  void A21_redirect_goes_to_the_first_listener_that_is_no_proxy_and_to_nobody_without_one() {
    RecordingApplication application = world.attach("application");
    RecordingApplication other = world.attach("other");
    final long elsewhere = world.listen(other, "127.0.0.1:80");
    long proxy = world.proxy(application, "127.0.0.1");
    world.add(everything("0.0.0.0"), world.to(application));
    assertThat(world.lookup("127.0.0.1:80", "127.0.0.1:9")).as("a proxy does not count").isEqualTo(Kind.NONE);
    long first = world.listen(application, "127.0.0.1:1000");
    long second = world.listen(application, "0.0.0.0:2000");
    assertThat(world.lookup("127.0.0.1:80", "127.0.0.1:9")).isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(first);
    world.unlisten(application, first);
    assertThat(world.lookup(1, "127.0.0.1:80", "127.0.0.1:9")).isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(second);
    world.unlisten(application, second);
    world.unlisten(application, proxy);
    assertThat(world.lookup("127.0.0.1:80", "127.0.0.1:9")).isEqualTo(Kind.NONE);
    world.delete(everything("0.0.0.0"));
    assertThat(world.lookup("127.0.0.1:80", "127.0.0.1:9")).isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(elsewhere);
    world.end(application, other);
  }

  @Test
  void A21_redirect_to_an_application_that_left_leads_nowhere_nor_to_the_next_in_its_place() {
    RecordingApplication gone = world.attach("gone", Scope.GLOBAL, Scope.LOCAL);
    world.listen(gone, "127.0.0.1:80");
    assertThat(world.add(PolicyWorld.DEFAULT, Set.of(Scope.GLOBAL, Scope.LOCAL), everything("0.0.0.0"),
        world.to(gone), "")).isEqualTo(SessionError.NONE);
    assertThat(world.lookup("127.0.0.1:80", "127.0.0.1:9")).isEqualTo(Kind.LISTENER);
    assertThat(world.owner()).isEqualTo("gone");
    long handle = gone.context().handle();
    world.detach(gone);
    assertThat(world.lookup("127.0.0.1:80", "127.0.0.1:9")).isEqualTo(Kind.NONE);
    RecordingApplication next = world.attach("gone", Scope.GLOBAL, Scope.LOCAL);
    assertThat(next.context().handle()).as("same slot, another generation").isNotEqualTo(handle);
    world.listen(next, "127.0.0.1:80");
    assertThat(world.lookup("127.0.0.1:80", "127.0.0.1:9")).isEqualTo(Kind.NONE);
    assertThat(world.connect(next, "127.0.0.1:80")).isEqualTo(SessionError.NOLISTEN);
    world.end(next);
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1,0.0.0.0,10.0.0.1", "[::1],::,[2001:db8::1]"})
  void A13_connect_asks_rules_then_exact_then_for_loopback_any_then_proxies(String host, String any, String far) {
    RecordingApplication exact = world.attach("exact", Scope.LOCAL);
    RecordingApplication wild = world.attach("wild", Scope.LOCAL);
    RecordingApplication proxy = world.attach("proxy", Scope.LOCAL);
    String anyHost = any.equals("::") ? "[::]" : any;
    long exactly = world.listen(exact, host + ":80");
    final long wildly = world.listen(wild, anyHost + ":80");
    Set<Scope> local = Set.of(Scope.LOCAL);

    assertThat(world.lookupLocal(host + ":80")).isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(exactly);
    world.add(PolicyWorld.DEFAULT, local, everything(any), Verdict.DROP, "");
    assertThat(world.lookupLocal(host + ":80")).isEqualTo(Kind.DROP);
    assertThat(world.connect(wild, host + ":80")).isEqualTo(SessionError.FILTERED);
    world.add(PolicyWorld.DEFAULT, local, everything(any), world.to(wild), "");
    assertThat(world.lookupLocal(host + ":80")).isEqualTo(Kind.APPLICATION);
    world.add(PolicyWorld.DEFAULT, local, everything(any), Verdict.ALLOW, "");
    assertThat(world.lookupLocal(host + ":80")).isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(exactly);
    world.unlisten(exact, exactly);
    assertThat(world.lookupLocal(host + ":80")).isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(wildly);
    assertThat(world.lookupLocal(far + ":80")).as("any is for loopback only").isEqualTo(Kind.NONE);
    long proxied = world.proxy(proxy, any);
    assertThat(world.lookupLocal(far + ":80")).isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(proxied);
    assertThat(world.lookupLocal(host + ":80")).isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(wildly);
    world.end(exact, wild, proxy);
  }

  /** A local redirect gives an application's handle under its own name, never where a session is expected. */
  @Test
  void defect_5_local_redirect_is_an_application_and_reaches_its_listener() {
    RecordingApplication server = world.attach("server", Scope.LOCAL);
    RecordingApplication client = world.attach("client", Scope.LOCAL);
    Set<Scope> local = Set.of(Scope.LOCAL);
    world.add(PolicyWorld.DEFAULT, local, PolicyWorld.key("0.0.0.0/0", 0, "10.0.0.0/8", 80), world.to(server), "");
    assertThat(world.lookupLocal("10.1.2.3:80")).isEqualTo(Kind.APPLICATION);
    assertThat(world.handle()).isEqualTo(
        world.simulation.get(0, () -> world.simulation.stack().applicationRegistry().views().applications().stream()
            .filter(view -> view.name().equals("server")).findFirst().orElseThrow().handle()));
    assertThat(world.connect(client, "10.1.2.3:80")).as("it listens nowhere").isEqualTo(SessionError.NOLISTEN);
    world.listen(server, "127.0.0.1:5000");
    assertThat(world.connect(client, "10.1.2.3:80")).isEqualTo(SessionError.NONE);
    assertThat(world.local.calls("connect")).as("asked of the local transport").isEqualTo(1);
    assertThat(world.connect(client, "10.1.2.3:81")).as("another port").isEqualTo(SessionError.SCOPE);
    world.end(server, client);
  }

  /** A proxy has no port, but it has a protocol, in the local table too: that of another one leads elsewhere. */
  @Test
  void defect_6_local_proxies_of_two_protocols_each_get_what_is_theirs() {
    int otherId = world.startNetwork("other");
    assertThat(otherId).as("a protocol whose number is not 0").isPositive();
    RecordingApplication first = world.attach(
        AttachOptions.named("first").with().scopes(Scope.LOCAL).proxy(PolicyWorld.NET).build());
    assertThat(world.lookupLocal("10.1.2.3:80")).isEqualTo(Kind.LISTENER);
    assertThat(world.owner()).isEqualTo("first");
    assertThat(world.lookupLocal(otherId, "10.1.2.3:80")).as("a proxy of another protocol").isEqualTo(Kind.NONE);
    RecordingApplication second = world.attach(
        AttachOptions.named("second").with().scopes(Scope.LOCAL).proxy("other").build());
    for (String to : List.of("10.1.2.3:80", "127.0.0.1:80", "[2001:db8::1]:80", "[::1]:80")) {
      assertThat(world.lookupLocal(otherId, to)).as(to).isEqualTo(Kind.LISTENER);
      assertThat(world.owner()).as(to).isEqualTo("second");
      world.lookupLocal(to);
      assertThat(world.owner()).as(to).isEqualTo("first");
    }
    world.detach(first);
    assertThat(world.lookupLocal("10.1.2.3:80")).isEqualTo(Kind.NONE);
    assertThat(world.lookupLocal(otherId, "10.1.2.3:80")).isEqualTo(Kind.LISTENER);
    world.end(second);
  }

  @Test
  void A12_lookups_of_every_kind_allocate_nothing() {
    RecordingApplication server = world.attach("server", Scope.GLOBAL, Scope.LOCAL);
    RecordingApplication client = world.attach("client");
    world.listen(server, "127.0.0.1:80");
    world.listen(server, "0.0.0.0:81");
    assertThat(world.connect(client, "127.0.0.1:80")).isEqualTo(SessionError.NONE);
    Session accepted = server.log().session();
    world.add(PolicyWorld.key("127.0.0.1/32", 82, "0.0.0.0/0", 0), Verdict.DROP);
    world.add(PolicyWorld.key("127.0.0.1/32", 83, "0.0.0.0/0", 0), world.to(server));
    world.simulation.on(0, () -> client.context().connect(PolicyWorld.NET + "://127.0.0.1:99", 1));
    long halfOpen = world.simulation.await(() -> client.context().halfOpens())[0];
    String pending = text(world.simulation.get(0, () -> sessions.connection(halfOpen)).localEndpoint());
    String[] ours = {text(accepted.localEndpoint()), pending, "127.0.0.1:82", "127.0.0.1:83", "127.0.0.1:80",
        "127.0.0.1:81", "127.0.0.1:84"};
    String[] theirs = {text(accepted.remoteEndpoint()), "127.0.0.1:99", "10.0.0.1:1", "10.0.0.1:1", "10.0.0.1:1",
        "10.0.0.1:1", "10.0.0.1:1"};
    LookupResult result = new LookupResult();
    for (int i = 0; i < ours.length; i++) {
      var key = world.flow(ours[i], theirs[i]);
      long bytes = world.simulation.get(1, () -> AllocatedBytes.leastOf(() -> {
        for (int n = 0; n < 5_000; n++) {
          sessions.lookup(key, result);
          world.simulation.stack().sessionCore().lookup().local(0, false, key, result);
        }
      }));
      assertThat(bytes).as(ours[i]).isZero();
    }
    world.end(server, client);
  }
}
