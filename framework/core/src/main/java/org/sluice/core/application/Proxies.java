package org.sluice.core.application;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ListenOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointFlag;

/**
 * The listeners of applications that attached as proxies: one of every port for each protocol and family, in the scopes
 * of the application and where its namespace is. They are listeners like those that applications ask for, but come and
 * go by themselves. Worker 0.
 */
final class Proxies {
  private static final Logger LOG = LoggerFactory.getLogger(Proxies.class);
  private static final Set<Scope> EVERY = Set.of(Scope.values());
  private static final List<Endpoint> FAMILIES = List.of(Endpoint.of("0.0.0.0", 0), Endpoint.of("::", 0));

  private final ControlPlane plane;
  private final Listens listens;

  Proxies(ControlPlane plane, Listens listens) {
    this.plane = plane;
    this.listens = listens;
  }

  private static boolean isProxy(AttachedApplication application) {
    return !application.isDetached() && application.options().flags().contains(AttachOptions.Flag.PROXY);
  }

  /** Throws when somebody else has what an application would take, which is about to be attached. */
  void check(AttachOptions options, Namespace namespace, String what) {
    Set<ListenKey> wanted = new HashSet<>();
    for (String name : options.proxyProtocols()) {
      Protocol protocol = Protocol.find(plane, name);
      if (protocol == null) {
        continue;
      }
      for (Endpoint any : FAMILIES) {
        Set<Scope> scopes = scopes(options, namespace.place(), protocol, any);
        for (ListenKey key : keys(namespace, namespace.place(), scopes, protocol, any)) {
          if (plane.listeners().exact(key) != null || !wanted.add(key)) {
            throw plane.failure(
                SessionError.ALREADY_LISTENING, what + ", a proxy of " + name + ", where another is one");
          }
        }
      }
    }
  }

  /**
   * Throws when a proxy could not follow its namespace to another place, because somebody else takes all there; adds
   * the keys that proxies are to have to those which are taken.
   */
  void checkMove(Iterable<AttachedApplication> applications, Namespace namespace, Namespace.Place place,
      Map<ListenKey, Listens.Claim> taken, String what) {
    for (AttachedApplication application : applications) {
      if (isProxy(application) && application.namespace() == namespace) {
        for (String name : application.options().proxyProtocols()) {
          FAMILIES.forEach(any -> checkMove(application, name, any, place, taken, what));
        }
      }
    }
  }

  private void checkMove(AttachedApplication application, String name, Endpoint any, Namespace.Place place,
      Map<ListenKey, Listens.Claim> taken, String what) {
    Protocol protocol = Protocol.find(plane, name);
    ListenKey key = protocol == null ? null : networkKey(application.options(), place, protocol, any);
    if (protocol == null || key == null) {
      return;
    }
    Listens.Claim claim = new Listens.Claim(application, protocol.name());
    Listens.Claim before = taken.putIfAbsent(key, claim);
    if (key.equals(networkKey(application.options(), application.namespace().place(), protocol, any))) {
      return;
    }
    AppListener there = plane.listeners().exact(key);
    Listens.Claim other = there != null && there.application().namespace() != application.namespace()
        ? new Listens.Claim(there.application(), there.protocol())
        : before;
    if (other != null && !other.equals(claim)) {
      throw plane.failure(SessionError.ALREADY_LISTENING, what + ", where '" + other.application().options().name()
          + "' is a proxy of " + other.protocol() + " as '" + application.options().name() + "' is of " + name);
    }
  }

  private @Nullable ListenKey networkKey(
      AttachOptions options, Namespace.Place place, Protocol protocol, Endpoint any) {
    Endpoint network = place.listening(any);
    return network == null || !scopes(options, place, protocol, any).contains(Scope.GLOBAL)
        ? null
        : ListenKey.global(place.table(any.isIp4()), protocol.transport().name(), network);
  }

  /** Gives an application its listeners; throws when one of them cannot be. */
  void attached(AttachedApplication application) {
    if (isProxy(application)) {
      for (String name : application.options().proxyProtocols()) {
        FAMILIES.forEach(any -> refresh(application, name, any, EVERY));
      }
    }
  }

  /** A further worker shares the sessions of what its application has. */
  void workerCame(ApplicationWorker worker) {
    for (AppListener listener : plane.listeners().all()) {
      if (listener.isAutomatic() && listener.application() == worker.application()) {
        listens.joinProxy(worker, listener);
      }
    }
  }

  /** Gives all proxies the listeners that they could not have until now, and takes what they cannot have any more. */
  void refresh(Iterable<AttachedApplication> applications) {
    for (AttachedApplication application : applications) {
      if (isProxy(application)) {
        for (String name : application.options().proxyProtocols()) {
          FAMILIES.forEach(any -> refreshOrWarn(application, name, any));
        }
      }
    }
  }

  private void refreshOrWarn(AttachedApplication application, String name, Endpoint any) {
    try {
      refresh(application, name, any, EVERY);
    } catch (SessionException e) {
      boolean local = isOnThisHost(application, name, any);
      LOG.warn("application '{}' is {} proxy of {} on {}: {}", application.options().name(),
          local ? "only on this host a" : "no", name, any.address(), e.getMessage());
    }
  }

  /** Whether an application that is refused the network is a proxy, or becomes one, for connects of this host. */
  private boolean isOnThisHost(AttachedApplication application, String name, Endpoint any) {
    try {
      return refresh(application, name, any, EnumSet.of(Scope.LOCAL));
    } catch (SessionException e) {
      LOG.debug("nor on this host", e);
      return false;
    }
  }

  /** Gives an application its listener in those of some scopes that it can have; whether it has one afterwards. */
  private boolean refresh(AttachedApplication application, String name, Endpoint any, Set<Scope> within) {
    Protocol protocol = Protocol.find(plane, name);
    if (protocol == null || application.workers().isEmpty()) {
      return false;
    }
    Namespace namespace = application.namespace();
    Set<Scope> scopes = scopes(application.options(), namespace.place(), protocol, any);
    scopes.retainAll(within);
    List<ListenKey> keys = keys(namespace, namespace.place(), scopes, protocol, any);
    List<AppListener> there = keys.stream().map(plane.listeners()::exact).filter(Objects::nonNull).toList();
    AppListener own =
        there.stream().filter(one -> isOwn(one, application, protocol)).findFirst().orElse(null);
    boolean wider = scopes.contains(Scope.GLOBAL) && own != null && own.global() == null;
    if (scopes.isEmpty() || own != null && !wider) {
      return own != null;
    }
    String what = "listen of proxy '" + application.options().name() + "' on " + name + "://" + any.address();
    if (there.stream().anyMatch(one -> !isOwn(one, application, protocol))) {
      throw plane.failure(SessionError.ALREADY_LISTENING, what);
    }
    if (own == null) {
      listens.startProxy(List.copyOf(application.workers()), protocol,
          new ListenOptions(name, any, Set.of(EndpointFlag.PROXY), List.of()), scopes, what);
    } else if (own.isAutomatic()) {
      listens.widenProxy(own, protocol, what);
    }
    return true;
  }

  /** Where it can be had: a scope counts when the namespace has what it needs. */
  private Set<Scope> scopes(AttachOptions options, Namespace.Place place, Protocol protocol, Endpoint any) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    scopes.addAll(Listens.scopes(options, protocol));
    if (place.table(any.isIp4()) == NamespaceBinding.ABSENT || place.listening(any) == null) {
      scopes.remove(Scope.GLOBAL);
    }
    if (plane.transports().local() == null && !scopes.contains(Scope.GLOBAL)) {
      scopes.remove(Scope.LOCAL);
    }
    return scopes;
  }

  /** What a listener of all of a family has in these scopes. */
  private static List<ListenKey> keys(
      Namespace namespace, Namespace.Place place, Set<Scope> scopes, Protocol protocol, Endpoint any) {
    List<ListenKey> keys = new ArrayList<>();
    if (scopes.contains(Scope.LOCAL)) {
      keys.add(ListenKey.local(namespace, protocol.name(), any));
    }
    Endpoint network = place.listening(any);
    if (network != null && scopes.contains(Scope.GLOBAL)) {
      keys.add(ListenKey.global(place.table(any.isIp4()), protocol.transport().name(), network));
    }
    return keys;
  }

  /** Whether a listener is the one that an application has as a proxy of a protocol. */
  private static boolean isOwn(AppListener there, AttachedApplication application, Protocol protocol) {
    return there.application() == application && there.protocol().equals(protocol.name());
  }
}
