package org.sluice.host.plugin;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.Singleton;
import jakarta.inject.Inject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
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
    bind(Executor.class).toInstance(services.background());
    bind(SessionLayer.class).toInstance(services.sessions());
    bind(Applications.class).toInstance(services.applications());
    // A stack may have no network; then only who asks for it fails.
    bind(Network.class).toProvider(services::network);
    for (Class<?> type : classes) {
      if (Module.class.isAssignableFrom(type)) {
        try {
          install(module(type));
        } catch (ReflectiveOperationException e) {
          addError(type.getName() + ", a module, needs a public constructor without parameters that succeeds: " + e);
        }
      } else {
        bindClass(type);
      }
    }
  }

  private static Module module(Class<?> type) throws ReflectiveOperationException {
    return (Module) type.getConstructor().newInstance();
  }

  private <T> void bindClass(Class<T> type) {
    constructor(type).ifPresentOrElse(
        constructor -> bind(type).toConstructor(constructor).in(Singleton.class),
        () -> addError(type.getName() + " needs a constructor to be made by: the only public one, or the public one"
            + " that takes HostServices, or the one annotated with jakarta.inject.Inject"));
  }

  /** Most classes have one public constructor and need no annotation; more than one are for tests and embedding. */
  private static <T> Optional<Constructor<T>> constructor(Class<T> type) {
    @SuppressWarnings("unchecked") // The class's own constructors make instances of it.
    List<Constructor<T>> declared = List.of((Constructor<T>[]) type.getDeclaredConstructors());
    List<Constructor<T>> open = declared.stream().filter(made -> Modifier.isPublic(made.getModifiers())).toList();
    return only(declared.stream().filter(made -> made.isAnnotationPresent(Inject.class)
            || made.isAnnotationPresent(com.google.inject.Inject.class)).toList())
        .or(() -> only(open))
        .or(() -> only(open.stream().filter(PluginModule::takesServices).toList()));
  }

  private static boolean takesServices(Constructor<?> constructor) {
    return Arrays.equals(constructor.getParameterTypes(), new Class<?>[] {HostServices.class});
  }

  private static <T> Optional<T> only(List<T> list) {
    return list.size() == 1 ? Optional.of(list.getFirst()) : Optional.empty();
  }
}
