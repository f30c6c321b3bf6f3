package org.sluice.testkit.policy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.sluice.core.application.PolicyControl;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.core.policy.RuleAction;
import org.sluice.core.policy.RuleKey;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.ListenOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.application.SessionUri;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.session.LookupResult.Kind;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointFlag;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportTrait;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.FakeDequeueTransport;
import org.sluice.testkit.transport.ScriptedTransport;

/**
 * One stack with a network transport that works and a local transport that leaves connects pending, whose rules are
 * changed, and which is asked for whom packets and connects are.
 */
public final class PolicyWorld {
  /** The name of the network transport. */
  public static final String NET = "dequeue";
  /** The namespace of everybody who says nothing. */
  public static final String DEFAULT = AttachOptions.DEFAULT_NAMESPACE;

  private static final Set<Scope> GLOBAL = Set.of(Scope.GLOBAL);

  /** The stack in virtual time. */
  public final Simulation simulation = new Simulation(1, 1);
  /** The plugin that both transports are of. */
  public final TestHost host = simulation.host("fakes", Map.of());
  /** The local transport. */
  public final ScriptedTransport local;
  private final int protocol;
  private final FlowKey key = new FlowKey();
  private final LookupResult result = new LookupResult();

  /**
   * Starts the stack.
   *
   * @param backend what decides
   */
  public PolicyWorld(PolicyBackend backend) {
    simulation.start(host, new FakeDequeueTransport(host));
    local = simulation.start(host, new ScriptedTransport(new TransportDescriptor(
        "local", "L", ServiceType.VIRTUAL_CIRCUIT, TxMode.INTERNAL, Set.of(TransportTrait.LOCAL)), host));
    protocol = simulation.stack().transports().entries().getFirst().id();
    simulation.on(0, () -> policy().select(backend));
  }

  /** Starts a further network transport, whose connects wait; its number. */
  int startNetwork(String name) {
    simulation.start(host, new ScriptedTransport(new TransportDescriptor(
        name, name.substring(0, 1).toUpperCase(Locale.ROOT), ServiceType.VIRTUAL_CIRCUIT, TxMode.INTERNAL), host));
    return Objects.requireNonNull(simulation.stack().transports().byName(name), name).id();
  }

  /** The rules, to be used on worker 0. */
  public PolicyControl policy() {
    return simulation.stack().policy();
  }

  // ---- Applications.

  /** Attaches an application; no scope means GLOBAL. */
  public RecordingApplication attach(String name, Scope... scopes) {
    Set<Scope> wanted = scopes.length == 0 ? GLOBAL : Set.of(scopes);
    AttachOptions.Builder options = AttachOptions.named(name).with();
    Scope first = wanted.iterator().next();
    return attach(options.scopes(first, wanted.toArray(Scope[]::new)).build());
  }

  /** Attaches an application. */
  public RecordingApplication attach(AttachOptions options) {
    RecordingApplication application = new RecordingApplication();
    var _ = simulation.await(() -> simulation.stack().applications().attach(application, options));
    return application;
  }

  /** Listens on an endpoint such as {@code [::1]:80}. */
  public long listen(RecordingApplication application, String endpoint) {
    return simulation.await(() -> application.context().listen(uri(endpoint)));
  }

  /** Takes every port of an address. */
  public long proxy(RecordingApplication application, String address) {
    ListenOptions options =
        new ListenOptions(NET, Endpoint.of(address, 0), Set.of(EndpointFlag.PROXY), List.of());
    return simulation.await(() -> application.context().listen(options));
  }

  /** Stops listening. */
  public void unlisten(RecordingApplication application, long listener) {
    var _ = simulation.await(() -> application.context().unlisten(listener).thenApply(done -> true));
  }

  /** Detaches an application. */
  public void detach(RecordingApplication application) {
    var _ = simulation.await(() -> application.context().detach().thenApply(done -> true));
  }

  /** What comes of a connect: the failure, or NONE when the local transport or the network was asked. */
  public SessionError connect(RecordingApplication application, String endpoint) {
    int before = application.connects().size();
    SessionUri to = SessionUri.parse(uri(endpoint));
    simulation.on(0, () -> {
      SessionError refused = application.context().connect(ConnectOptions.of(NET, to.endpoint()), 1);
      if (refused != SessionError.NONE) {
        throw new AssertionError("connect: " + refused);
      }
    });
    simulation.run();
    List<String> outcomes = application.connects();
    if (outcomes.size() == before || !outcomes.get(before).startsWith("failed ")) {
      return SessionError.NONE;
    }
    return SessionError.valueOf(outcomes.get(before).split(" ", 3)[1]);
  }

  private static String uri(String endpoint) {
    return NET + "://" + endpoint;
  }

  // ---- Rules.

  /** A key such as {@code ("10.0.0.0/8", 0, "::/0", 80)}; 0 is any port. */
  public static RuleKey key(String localPrefix, int localPort, String remotePrefix, int remotePort) {
    return new RuleKey(IpPrefix.parse(remotePrefix), IpPrefix.parse(localPrefix), remotePort, localPort);
  }

  /** Adds a rule of the default namespace's table; what came of it. */
  public SessionError add(RuleKey rule, RuleAction action) {
    return add(DEFAULT, GLOBAL, rule, action, "");
  }

  /** Adds a rule; what came of it. */
  public SessionError add(String namespace, Set<Scope> scopes, RuleKey rule, RuleAction action, String tag) {
    return attempt(() -> policy().addRule(namespace, scopes, NET, rule, action, tag));
  }

  /** Deletes a rule of the default namespace's table; what came of it. */
  public SessionError delete(RuleKey rule) {
    return delete(DEFAULT, GLOBAL, rule);
  }

  /** Deletes a rule; what came of it. */
  public SessionError delete(String namespace, Set<Scope> scopes, RuleKey rule) {
    return attempt(() -> policy().deleteRule(namespace, scopes, NET, rule));
  }

  /** Deletes the rule of a tag; what came of it. */
  public SessionError delete(String namespace, Set<Scope> scopes, String tag) {
    return attempt(() -> policy().deleteRule(namespace, scopes, tag));
  }

  /** Redirects to an application. */
  public RuleAction to(RecordingApplication application) {
    return simulation.get(0, () -> policy().redirect(application.context().name()));
  }

  /** Runs a change on worker 0; what came of it. */
  public SessionError attempt(Runnable change) {
    try {
      simulation.on(0, change);
      return SessionError.NONE;
    } catch (SessionException refused) {
      return refused.error();
    }
  }

  // ---- Lookups.

  /** Whom a packet is for that arrives on a worker: the kind, and the handle by {@link #handle}. */
  public Kind lookup(int worker, String ours, String theirs) {
    simulation.on(worker, () -> host.sessions().lookup(flow(ours, theirs), result));
    return result.kind();
  }

  /** The same on worker 0. */
  public Kind lookup(String ours, String theirs) {
    return lookup(0, ours, theirs);
  }

  /** Whom a connect of the default namespace is for on this host. */
  public Kind lookupLocal(String destination) {
    return lookupLocal(protocol, destination);
  }

  /** The same of another protocol. */
  Kind lookupLocal(int wanted, String destination) {
    Endpoint to = SessionUri.parse(uri(destination)).endpoint();
    simulation.on(0, () -> simulation.stack().sessionCore().lookup()
        .local(0, false, key.set(Endpoint.ANY_IP4.withTable(0), to, wanted), result));
    return result.kind();
  }

  /** What the last lookup found. */
  public long handle() {
    return result.handle();
  }

  /** The name of the application whose listener the last lookup found; empty for nothing. */
  public String owner() {
    if (result.handle() == Handle.INVALID) {
      return "";
    }
    return simulation.get(0, () -> simulation.stack().applicationRegistry().views().listeners().stream()
        .filter(listener -> listener.handle() == result.handle())
        .map(listener -> listener.application()).findFirst().orElse(""));
  }

  /** A flow of the network transport in the table of the default namespace. */
  public FlowKey flow(String ours, String theirs) {
    Endpoint us = SessionUri.parse(uri(ours)).endpoint();
    Endpoint them = SessionUri.parse(uri(theirs)).endpoint();
    return key.set(us.withTable(0), them, protocol);
  }

  /** Detaches all applications and checks that nothing is left of sessions and the like. */
  public void end(RecordingApplication... applications) {
    for (RecordingApplication application : applications) {
      detach(application);
    }
    CompletableFuture<Void> revoked = simulation.get(0, host::revoke);
    simulation.run();
    revoked.join();
    simulation.requireNothingLeft();
  }
}
