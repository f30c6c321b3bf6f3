package org.sluice.host.plugin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pf4j.ExtensionPoint;
import org.sluice.core.PluginSessions;
import org.sluice.host.console.RegisteredCommand;
import org.sluice.host.services.PluginServices;
import org.sluice.spi.application.Application;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.nic.NicDriver;
import org.sluice.spi.transport.CongestionControl;
import org.sluice.spi.transport.TransportVft;

/** What one plugin has registered: puts each extension where it belongs and takes all of them back. */
final class Registrations {
  private static final String TRANSPORT = "transport";
  private static final String APPLICATION = "application";
  private static final String DRIVER = "driver";
  private static final String CONGESTION_CONTROL = "congestion control";
  private static final String COMMAND = "command";
  private static final String OTHER = "extension";
  private static final List<Class<? extends ExtensionPoint>> POINTS = List.of(
      TransportVft.class, NicDriver.class, CongestionControl.class, Application.class, ConsoleCommand.class);

  private final PluginServices services;
  private final PluginEnvironment environment;
  private final List<ExtensionPoint> extensions = new ArrayList<>();
  private final List<RegisteredCommand> commands = new ArrayList<>();
  private final Map<String, List<String>> names = new LinkedHashMap<>();

  Registrations(PluginServices services, PluginEnvironment environment) {
    this.services = services;
    this.environment = environment;
  }

  /**
   * Takes an extension and registers it at the points that others build on.
   *
   * @throws PluginFailure when it is refused
   */
  void provide(ExtensionPoint extension) {
    extensions.add(extension);
    if (extension instanceof TransportVft transport) {
      String name = transport.descriptor().name();
      await(TRANSPORT, name, services.scope().registerTransport(transport));
      add(TRANSPORT, name);
    }
    if (extension instanceof NicDriver driver) {
      await(DRIVER, driver.name(), services.scope().registerNicDriver(driver));
      add(DRIVER, driver.name());
    }
    if (extension instanceof CongestionControl algorithm) {
      unique(CONGESTION_CONTROL, algorithm.name(), CongestionControl.class, CongestionControl::name);
      add(CONGESTION_CONTROL, algorithm.name());
    }
    await(OTHER, extension.getClass().getSimpleName(), environment.extensions().add(services.pluginId(), extension));
  }

  /**
   * Registers the extensions at the points that use others.
   *
   * @throws PluginFailure when one is refused
   */
  void open() {
    for (ExtensionPoint extension : extensions) {
      if (extension instanceof Application application) {
        add(APPLICATION, await(APPLICATION, application.getClass().getSimpleName(),
            services.scope().keepAttached(application)));
      }
      if (extension instanceof ConsoleCommand command) {
        commands.add(addCommand(command));
        add(COMMAND, command.name());
      }
      if (POINTS.stream().noneMatch(point -> point.isInstance(extension))) {
        add(OTHER, extension.getClass().getSimpleName());
      }
    }
  }

  private void add(String kind, String name) {
    names.computeIfAbsent(kind, first -> new ArrayList<>()).add(name);
  }

  private <T extends ExtensionPoint> void unique(
      String kind, String name, Class<T> point, Function<T, String> nameOf) {
    if (environment.extensions().extensions(point).stream().map(nameOf).anyMatch(name::equals)) {
      throw refused(kind, name, "the name is taken", null);
    }
  }

  private RegisteredCommand addCommand(ConsoleCommand command) {
    try {
      return environment.commands().add(services.scope().faults(), command);
    } catch (IllegalArgumentException e) {
      throw refused(COMMAND, command.name(), Objects.toString(e.getMessage()), e);
    }
  }

  private <T> T await(String kind, String name, CompletableFuture<T> registration) {
    try {
      return registration.get(environment.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      Throwable thrown = e.getCause() == null ? e : e.getCause();
      throw refused(kind, name, PluginFailure.text(thrown), thrown);
    } catch (TimeoutException e) {
      throw refused(kind, name, "it did not answer within " + environment.patience().toMillis()
          + " ms (host.plugin-timeout)", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refused(kind, name, "the start was interrupted", e);
    }
  }

  private static PluginFailure refused(String kind, String name, String cause, @Nullable Throwable thrown) {
    return new PluginFailure("PLG-013", kind + " " + name + " was refused: " + cause,
        "see the log; remove one of the plugins when two want the same name", thrown);
  }

  /** The sessions that depend on what is registered now. */
  PluginSessions sessions() {
    return services.scope().pluginSessions();
  }

  /** Takes everything back in reverse; returns what went wrong. */
  List<String> revoke() {
    List<String> failures = new ArrayList<>();
    for (RegisteredCommand command : commands.reversed()) {
      if (!environment.commands().remove(command, environment.patience())) {
        failures.add("command '" + command.name() + "' does not end");
      }
    }
    commands.clear();
    settle("its extensions", failures, environment.extensions().removeAll(services.pluginId()));
    settle("its transports and applications", failures, services.scope().revoke());
    if (!services.endBackground(environment.patience())) {
      failures.add("a background task does not end");
    }
    names.clear();
    extensions.clear();
    return failures;
  }

  private void settle(String what, List<String> failures, CompletableFuture<?> revocation) {
    try {
      revocation.get(environment.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      failures.add(what + " cannot be revoked: " + PluginFailure.text(e.getCause() == null ? e : e.getCause()));
    } catch (TimeoutException e) {
      failures.add(what + " are not revoked after " + environment.patience().toMillis() + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failures.add(what + " may not be revoked: interrupted");
    }
  }

  /** For example {@code transport ct; application echo; commands echo send, show echo}. */
  String text() {
    List<String> parts = new ArrayList<>();
    names.forEach((kind, list) -> parts.add(kind + (list.size() == 1 ? " " : "s ") + String.join(", ", list)));
    return String.join("; ", parts);
  }
}
