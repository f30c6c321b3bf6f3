package org.sluice.core.application;

import java.util.EnumSet;
import java.util.List;
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
    for (String name : options.proxyProtocols()) {
      Protocol protocol = Protocol.find(plane, name);
      for (Endpoint any : FAMILIES) {
        if (protocol != null && holder(options, namespace, namespace.place(), protocol, any) != null) {
          throw plane.failure(SessionError.ALREADY_LISTENING, what + ", a proxy of " + name + ", where another is one");
        }
      }
    }
  }

  /** Throws when a proxy could not follow its namespace to another place, because somebody else takes all there. */
  void checkMove(Iterable<AttachedApplication> applications, Namespace namespace, Namespace.Place place, String what) {
    for (AttachedApplication application : applications) {
      if (isProxy(application) && application.namespace() == namespace) {
        for (String name : application.options().proxyProtocols()) {
          checkMove(application, name, place, what);
        }
      }
    }
  }

  private void checkMove(AttachedApplication application, String name, Namespace.Place place, String what) {
    Protocol protocol = Protocol.find(plane, name);
    for (Endpoint any : FAMILIES) {
      AppListener there = protocol == null
          ? null
          : holder(application.options(), application.namespace(), place, protocol, any);
      if (there != null && there.application().namespace() != application.namespace()) {
        throw plane.failure(SessionError.ALREADY_LISTENING, what + ", where '" + there.application().options().name()
            + "' is a proxy of " + name + " as '" + application.options().name() + "' is");
      }
    }
  }

  /** Gives an application its listeners; throws when one of them cannot be. */
  void attached(AttachedApplication application) {
    if (isProxy(application)) {
      for (String name : application.options().proxyProtocols()) {
        FAMILIES.forEach(any -> refresh(application, name, any));
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
      refresh(application, name, any);
    } catch (SessionException e) {
      LOG.warn("application '{}' is no proxy of {} on {}: {}", application.options().name(), name, any.address(),
          e.getMessage());
    }
  }

  private void refresh(AttachedApplication application, String name, Endpoint any) {
    Protocol protocol = Protocol.find(plane, name);
    if (protocol == null || application.workers().isEmpty()) {
      return;
    }
    Namespace namespace = application.namespace();
    Set<Scope> scopes = scopes(application.options(), namespace.place(), protocol, any);
    AppListener present = holder(application.options(), namespace, namespace.place(), protocol, any);
    if (present != null && present.application() == application) {
      if (!present.isAutomatic() || scopes.contains(Scope.GLOBAL) == (present.global() != null)) {
        return;
      }
      listens.end(present);
    }
    if (scopes.isEmpty()) {
      return;
    }
    String what = "listen of proxy '" + application.options().name() + "' on " + name + "://" + any.address();
    if (present != null && present.application() != application) {
      throw plane.failure(SessionError.ALREADY_LISTENING, what);
    }
    listens.startProxy(List.copyOf(application.workers()), protocol,
        new ListenOptions(name, any, Set.of(EndpointFlag.PROXY), List.of()), scopes, what);
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

  /** Who takes all of a family, in one of the scopes, already. */
  private @Nullable AppListener holder(
      AttachOptions options, Namespace namespace, Namespace.Place place, Protocol protocol, Endpoint any) {
    Set<Scope> scopes = scopes(options, place, protocol, any);
    AppListener holder = scopes.contains(Scope.LOCAL)
        ? plane.listeners().exact(ListenKey.local(namespace, protocol.name(), any))
        : null;
    Endpoint network = place.listening(any);
    return holder == null && network != null && scopes.contains(Scope.GLOBAL)
        ? plane.listeners().exact(ListenKey.global(place.table(any.isIp4()), protocol.name(), network))
        : holder;
  }
}
