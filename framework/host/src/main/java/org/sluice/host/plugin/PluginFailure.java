package org.sluice.host.plugin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pf4j.PluginRuntimeException;
import org.sluice.host.problem.Problem;

/** A plugin could not start. PF4J keeps it with the plugin. */
final class PluginFailure extends PluginRuntimeException {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final String remedy;

  PluginFailure(String problem, String cause, String remedy, @Nullable Throwable thrown) {
    super(cause, thrown);
    this.problem = problem;
    this.remedy = remedy;
  }

  /** An extension could not be made. */
  static PluginFailure unmade(String cause, Throwable thrown) {
    return new PluginFailure("PLG-012", "its extensions cannot be made: " + cause,
        "constructors may take HostServices, any service of it, and the plugin's own extensions", thrown);
  }

  Problem problem(String pluginId) {
    return new Problem(problem, pluginId, text(this), remedy);
  }

  /** The sentence of an exception; its kind too where the sentence alone says little. */
  static String text(Throwable thrown) {
    boolean ours = thrown.getClass().getName().startsWith("org.sluice.");
    String message = thrown.getMessage();
    return ours && message != null ? message : Objects.toString(thrown);
  }
}
