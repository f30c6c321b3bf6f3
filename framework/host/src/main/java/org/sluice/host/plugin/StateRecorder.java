package org.sluice.host.plugin;

import java.util.Objects;
import org.pf4j.PluginState;
import org.pf4j.PluginStateListener;
import org.pf4j.PluginWrapper;
import org.sluice.spi.event.PluginStateEvent;

/** Tells the flight recorder what becomes of plugins. On the threads that change them. */
final class StateRecorder implements PluginStateListener {

  @Override
  public void pluginStateChanged(org.pf4j.PluginStateEvent change) {
    changed(change.getPlugin(), change.getOldState());
  }

  /** A plugin has come from another state. */
  static void changed(PluginWrapper plugin, PluginState from) {
    PluginStateEvent event = new PluginStateEvent();
    if (event.isEnabled() && plugin.getPluginState() != from) {
      event.plugin = plugin.getPluginId();
      event.version = plugin.getDescriptor().getVersion();
      event.from = from.toString();
      event.to = plugin.getPluginState().toString();
      Throwable failure = plugin.getFailedException();
      event.cause = failure == null ? "" : Objects.toString(failure.getMessage(), failure.toString());
      event.commit();
    }
  }
}
