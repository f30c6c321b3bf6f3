package org.sluice.testkit.contract;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Workers;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportVft;

/**
 * Stands between a transport and the session layer, on both sides, and notes what breaks their contract: calls on the
 * wrong worker, connections that are let go of twice or used afterwards.
 */
final class TransportWatch {
  private static final Set<String> ON_MAIN = Set.of(
      "enable", "disable", "startListen", "stopListen", "connect", "cleanupHalfOpen", "listener", "halfOpen");
  private static final Set<String> ENDS = Set.of("deleteNotify", "deleteRequest");
  private static final Set<String> OPENS = Set.of(
      "streamAccept", "datagramAccept", "connectNotify", "acceptLocal", "connectLocal");

  private final Workers workers;
  private final List<String> violations = new ArrayList<>();
  private final Map<Long, String> endedBy = new HashMap<>();
  private final Set<Long> opened = new HashSet<>();
  private final Set<Long> listeners = new HashSet<>();
  private @Nullable TransportVft watched;

  TransportWatch(Workers workers) {
    this.workers = workers;
  }

  /** The session layer to give to the transport. */
  SessionLayer watch(SessionLayer layer) {
    return (SessionLayer) Proxy.newProxyInstance(
        SessionLayer.class.getClassLoader(),
        new Class<?>[] {SessionLayer.class},
        (proxy, method, args) -> reported(layer, method, args));
  }

  /** The transport to register in place of the real one. */
  TransportVft watch(TransportVft transport) {
    watched = transport;
    return (TransportVft) Proxy.newProxyInstance(
        TransportVft.class.getClassLoader(),
        new Class<?>[] {TransportVft.class},
        (proxy, method, args) -> asked(transport, method, args));
  }

  List<String> violations() {
    return violations;
  }

  /** What the transport still gives out of what it has opened. */
  List<String> leftovers() {
    TransportVft transport = watched;
    List<String> left = new ArrayList<>();
    if (transport != null) {
      opened.stream().filter(handle -> transport.connection(handle) != null)
          .forEach(handle -> left.add("connection " + Handle.text(handle)));
      listeners.stream().filter(handle -> transport.listener(handle) != null)
          .forEach(handle -> left.add("listener " + Handle.text(handle)));
      opened.stream().filter(handle -> !endedBy.containsKey(handle))
          .forEach(handle -> left.add("connection " + Handle.text(handle) + " without deleteNotify or cleanup"));
    }
    return left;
  }

  /** Connections that were made. */
  int opened() {
    return opened.size();
  }

  private @Nullable Object asked(TransportVft transport, Method method, Object @Nullable [] args) throws Throwable {
    String name = method.getName();
    if (ON_MAIN.contains(name)) {
      requireWorker(name, 0);
    }
    TransportConnection connection = firstConnection(args);
    if (connection != null && !name.startsWith("format") && !name.equals("cleanupHalfOpen")) {
      requireWorker(name, connection.workerIndex());
      String end = endedBy.get(connection.handle());
      if (end != null && end.equals("cleanup")) {
        violations.add(name + " of " + Handle.text(connection.handle()) + " after " + end);
      }
    }
    if (name.equals("cleanup") && connection != null) {
      endedBy.put(connection.handle(), name);
    }
    Object result = invoke(transport, method, args);
    boolean opens = name.equals("openDatagrams")
        || name.equals("connect") && transport.descriptor().service() == ServiceType.CONNECTIONLESS;
    if (opens && result instanceof Long handle && handle >= 0) {
      opened.add(handle);
    }
    if (name.equals("startListen") && result instanceof Long handle && handle >= 0) {
      listeners.add(handle);
    }
    return result;
  }

  private @Nullable Object reported(SessionLayer layer, Method method, Object @Nullable [] args) throws Throwable {
    String name = method.getName();
    TransportConnection connection = firstConnection(args);
    if (connection != null && ENDS.contains(name)) {
      String before = endedBy.put(connection.handle(), name);
      if (before != null) {
        violations.add(name + " of " + Handle.text(connection.handle()) + " after " + before);
      }
    }
    if (connection != null) {
      requireWorker(name, connection.workerIndex());
    }
    long handle = connection == null ? Handle.INVALID : connection.handle();
    Object result = invoke(layer, method, args);
    if (connection != null && OPENS.contains(name) && result instanceof Long session && session >= 0) {
      opened.add(handle);
    }
    return result;
  }

  private void requireWorker(String name, int worker) {
    if (!workers.worker(worker).isCurrent()) {
      violations.add(name + " on the wrong worker: it belongs to worker " + worker);
    }
  }

  private static @Nullable TransportConnection firstConnection(Object @Nullable [] args) {
    if (args != null) {
      for (Object argument : args) {
        if (argument instanceof TransportConnection connection) {
          return connection;
        }
      }
    }
    return null;
  }

  private static @Nullable Object invoke(Object target, Method method, Object @Nullable [] args) throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
