package org.sluice.host.plugin;

import com.google.inject.Module;
import jakarta.inject.Inject;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.sluice.spi.application.Applications;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.network.Network;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Workers;
import org.sluice.spi.session.SessionLayer;

/**
 * Extensions whose constructors ask for nothing but the host's services and each other, as most do. They need no
 * injector, whose classes take longer to load than all plugins of the distribution to start.
 */
final class PlainInstances implements Instances {
  private final Map<Class<?>, Supplier<?>> services;
  /** In the order in which they are asked for. */
  private final Map<Class<?>, Constructor<?>> constructors = new LinkedHashMap<>();
  private final Map<Class<?>, Object> made = new HashMap<>();

  private PlainInstances(HostServices services) {
    this.services = services(services);
  }

  /** What constructors can ask for: the same as {@link PluginModule} binds. */
  private static Map<Class<?>, Supplier<?>> services(HostServices services) {
    return Map.ofEntries(
        Map.entry(HostServices.class, () -> services),
        Map.entry(Clock.class, services::clock),
        Map.entry(RandomGenerator.class, services::random),
        Map.entry(Counters.class, services::counters),
        Map.entry(Configuration.class, services::configuration),
        Map.entry(Logger.class, services::log),
        Map.entry(Workers.class, services::workers),
        Map.entry(Executor.class, services::background),
        Map.entry(SessionLayer.class, services::sessions),
        Map.entry(Applications.class, services::applications),
        Map.entry(Network.class, services::network));
  }

  /**
   * Makes one of each class.
   *
   * @return empty when they ask for more than this does, or something is wrong that an injector explains; nothing was
   *     made then
   * @throws PluginFailure when a constructor throws
   */
  static Optional<Instances> of(HostServices services, List<Class<?>> classes) {
    PlainInstances instances = new PlainInstances(services);
    if (!instances.understands(classes)) {
      return Optional.empty();
    }
    classes.forEach(instances::make);
    return Optional.of(instances);
  }

  private boolean understands(List<Class<?>> classes) {
    for (Class<?> type : classes) {
      Optional<? extends Constructor<?>> constructor = InjectedConstructor.of(type);
      if (Module.class.isAssignableFrom(type) || Modifier.isAbstract(type.getModifiers()) || injectsMembers(type)
          || constructor.isEmpty() || constructors.put(type, constructor.get()) != null) {
        return false;
      }
    }
    Map<Class<?>, Boolean> ends = new HashMap<>();
    return constructors.keySet().stream().allMatch(type -> ends(type, ends));
  }

  /** Whether all that a class asks for, and what that asks for, can be had, without a circle. */
  private boolean ends(Class<?> type, Map<Class<?>, Boolean> known) {
    if (services.containsKey(type)) {
      return true;
    }
    Constructor<?> constructor = constructors.get(type);
    @Nullable Boolean before = known.putIfAbsent(type, false);
    if (constructor == null || before != null) {
      return constructor != null && before;
    }
    boolean all = Stream.of(constructor.getParameterAnnotations()).allMatch(annotations -> annotations.length == 0);
    for (Class<?> parameter : constructor.getParameterTypes()) {
      all &= ends(parameter, known);
    }
    known.put(type, all);
    return all;
  }

  private static boolean injectsMembers(Class<?> type) {
    try {
      return declaresInjected(type);
    } catch (LinkageError e) {
      // A member's type is missing; who needs it will say so.
      return true;
    }
  }

  private static boolean declaresInjected(Class<?> type) {
    for (Class<?> one = type; one != null && one != Object.class; one = one.getSuperclass()) {
      if (Stream.of(one.getDeclaredFields(), one.getDeclaredMethods()).flatMap(Stream::of)
          .anyMatch(PlainInstances::isInjected)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isInjected(AnnotatedElement member) {
    for (Annotation annotation : member.getAnnotations()) {
      if (annotation instanceof Inject || annotation instanceof com.google.inject.Inject) {
        return true;
      }
    }
    return false;
  }

  private Object make(Class<?> type) {
    Supplier<?> service = services.get(type);
    Object before = service == null ? made.get(type) : service.get();
    if (before != null) {
      return before;
    }
    Constructor<?> constructor = Objects.requireNonNull(constructors.get(type), type.getName());
    Object[] arguments = Stream.of(constructor.getParameterTypes()).map(this::make).toArray();
    try {
      constructor.setAccessible(true);
      Object instance = constructor.newInstance(arguments);
      made.put(type, instance);
      return instance;
    } catch (InvocationTargetException e) {
      throw failure(Objects.requireNonNullElse(e.getCause(), e));
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw failure(e);
    }
  }

  private static PluginFailure failure(Throwable thrown) {
    return PluginFailure.unmade(PluginFailure.text(thrown), thrown);
  }

  @Override
  public <T> T get(Class<T> type) {
    return type.cast(Objects.requireNonNull(made.get(type), type.getName()));
  }
}
