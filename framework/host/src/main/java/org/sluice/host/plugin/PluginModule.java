package org.sluice.host.plugin;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.Singleton;
import java.util.List;
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
    InjectedConstructor.of(type).ifPresentOrElse(
        constructor -> bind(type).toConstructor(constructor).in(Singleton.class),
        () -> addError(type.getName() + " needs a constructor to be made by: the only public one, or the public one"
            + " that takes HostServices, or the one annotated with jakarta.inject.Inject"));
  }
}
