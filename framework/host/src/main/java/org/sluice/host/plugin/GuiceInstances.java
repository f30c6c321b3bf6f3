package org.sluice.host.plugin;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Stage;
import com.google.inject.spi.Message;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.sluice.host.services.PluginServices;

/** Extensions that an injector of the plugin's own makes. */
final class GuiceInstances {
  /** Guice reports through it what the problems here say already. Held, because a log manager forgets its loggers. */
  private static final Logger GUICE = Logger.getLogger("com.google.inject");

  private GuiceInstances() {}

  /**
   * Makes one of each class, and what their modules bind.
   *
   * @throws PluginFailure when one cannot be made
   */
  static Instances of(PluginServices services, List<Class<?>> classes) {
    // Guice defines its helper classes in loaders of their own then, not by ways that later JDKs close.
    System.setProperty("guice_custom_class_loading", "CHILD");
    GUICE.setLevel(Level.OFF);
    try {
      return Guice.createInjector(Stage.PRODUCTION, new PluginModule(services, classes))::getInstance;
    } catch (CreationException e) {
      Message first = e.getErrorMessages().iterator().next();
      Throwable thrown = first.getCause();
      String cause = thrown == null ? Objects.toString(first.getMessage()).lines().findFirst().orElse("")
          : PluginFailure.text(thrown);
      throw PluginFailure.unmade(cause, e);
    }
  }
}
