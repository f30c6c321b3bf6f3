package org.sluice.testkit.contract;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/** Stands before an application and notes what it is told, and what it throws. */
final class CallbackWatch {
  private final Map<Long, List<String>> sessions = new LinkedHashMap<>();
  private final List<String> thrown = new ArrayList<>();

  Application watch(Application application) {
    return (Application) proxy(application, Application.class);
  }

  /** The callbacks of each session, by handle. */
  Map<Long, List<String>> sessions() {
    return sessions;
  }

  List<String> thrown() {
    return thrown;
  }

  private Object proxy(Object target, Class<?> type) {
    return Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> call(target, method, args));
  }

  private @Nullable Object call(Object target, Method method, Object @Nullable [] args) throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return method.invoke(this, args);
    }
    if (args != null && args.length > 0 && args[0] instanceof Session session) {
      note(session.handle(), name(method.getName(), args));
    }
    try {
      Object result = method.invoke(target, args);
      return result instanceof SessionCallbacks callbacks ? proxy(callbacks, SessionCallbacks.class) : result;
    } catch (InvocationTargetException e) {
      thrown.add(method.getName() + ": " + e.getCause());
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private void note(long handle, String event) {
    List<String> events = sessions.computeIfAbsent(handle, h -> new ArrayList<>());
    if (events.isEmpty() || !events.getLast().equals(event) || !event.endsWith("able")) {
      events.add(event);
    }
  }

  private static String name(String method, Object[] args) {
    return switch (method) {
      case "onAccept" -> "accepted";
      case "onListening" -> "listening";
      case "onConnected" -> "connected";
      case "onReadable" -> "readable";
      case "onWritable" -> "writable";
      case "onDisconnected" -> "disconnected";
      case "onReset" -> "reset";
      case "onTransportClosed" -> "transport closed";
      case "onCleanup" -> "cleanup " + (CleanupPhase) args[1];
      default -> method;
    };
  }
}
