package org.sluice.host.plugin;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.Singleton;
import jakarta.inject.Inject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
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
 * What the constructors of one plugin can ask for: the host's services, each other, and what modules among its
 * extensions bind. Nothing is made that is not bound, so that nothing of a plugin ends up where it would outlive it.
 */
final class PluginModule extends AbstractModule {
  private final HostServices services;
  private final List<Class<?>> classes;

  PluginModule(HostServices services, List<Class<?>> classes) {
    this.services = services;
    this.classes = classes;
  }

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    bind(HostServices.class).toInstance(services);
    bind(Clock.class).toInstance(services.clock());
    bind(RandomGenerator.class).toInstance(services.random());
    bind(Counters.class).toInstance(services.counters());
    bind(Configuration.class).toInstance(services.configuration());
    bind(Logger.class).toInstance(services.log());
    bind(Workers.class).toInstance(services.workers());
    bind(SessionLayer.class).toInstance(services.sessions());
    bind(Applications.class).toInstance(services.applications());
    // A stack may have no network; then only who asks for it fails.
    bind(Network.class).toProvider(services::network);
    for (Class<?> type : classes) {
      if (Module.class.isAssignableFrom(type)) {
        install(module(type));
      } else {
        bindClass(type);
      }
    }
  }

  private static Module module(Class<?> type) {
    try {
      return (Module) type.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          type.getName() + ", a module, needs a public constructor without parameters", e);
    }
  }

  private <T> void bindClass(Class<T> type) {
    bind(type).toConstructor(constructor(type)).in(Singleton.class);
  }

  /** The annotated constructor, else the only public one: most classes have one and need no annotation. */
  private static <T> Constructor<T> constructor(Class<T> type) {
    @SuppressWarnings("unchecked") // The class's own constructors make instances of it.
    Constructor<T>[] declared = (Constructor<T>[]) type.getDeclaredConstructors();
    List<Constructor<T>> annotated = Stream.of(declared).filter(made -> made.isAnnotationPresent(Inject.class)
        || made.isAnnotationPresent(com.google.inject.Inject.class)).toList();
    List<Constructor<T>> candidates = annotated.isEmpty()
        ? Stream.of(declared).filter(made -> Modifier.isPublic(made.getModifiers())).toList()
        : annotated;
    if (candidates.size() != 1) {
      throw new IllegalArgumentException(
          type.getName() + " needs one public constructor, or one annotated with jakarta.inject.Inject");
    }
    return candidates.getFirst();
  }
}
