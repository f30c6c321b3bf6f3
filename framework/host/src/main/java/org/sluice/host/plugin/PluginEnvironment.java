package org.sluice.host.plugin;

import java.time.Duration;
import org.sluice.core.Stack;
import org.sluice.host.config.LiveSettings;
import org.sluice.host.config.Settings;
import org.sluice.host.console.CommandRegistry;
import org.sluice.host.services.ExtensionRegistry;

/**
 * What plugins run on.
 *
 * @param stack where transports and applications go
 * @param live where their configuration comes from
 * @param extensions where they find each other
 * @param commands where their console commands go
 */
public record PluginEnvironment(
    Stack stack, LiveSettings live, ExtensionRegistry extensions, CommandRegistry commands) {

  /** The configuration now. */
  Settings settings() {
    return live.now();
  }

  /** How long a plugin may take to register something or to let go of it. */
  Duration patience() {
    return settings().section("host").duration("plugin-timeout");
  }
}
