package org.sluice.host.boot;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.sluice.core.Stack;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.host.config.LiveSettings;
import org.sluice.host.config.Settings;
import org.sluice.host.console.ConsoleLimits;
import org.sluice.host.console.ConsoleServer;
import org.sluice.spi.host.Configuration;

/** How the live keys of the host and the stack come into force. */
final class LiveKeys {
  private final Stack stack;
  private final @Nullable ConsoleServer server;

  private LiveKeys(Stack stack, @Nullable ConsoleServer server) {
    this.stack = stack;
    this.server = server;
  }

  /** Has the settings apply their live keys to a host. */
  static void of(LiveSettings settings, Stack stack, @Nullable ConsoleServer server) {
    LiveKeys keys = new LiveKeys(stack, server);
    settings.onChange("host.ctl-connections", keys::limitClients);
    settings.onChange("host.ctl-timeout", keys::limitClients);
    // Whoever waits for a plugin asks for it each time.
    settings.onChange("host.plugin-timeout", current -> {});
    settings.onChange("stack.rt-backend", keys::chooseBackend);
    settings.onChange("stack.session-layer", keys::turnSessionLayer);
  }

  static ConsoleLimits limits(Settings settings) {
    Configuration host = settings.section("host");
    return new ConsoleLimits(Math.toIntExact(host.number("ctl-connections")), host.duration("ctl-timeout"));
  }

  private void limitClients(Settings settings) {
    if (server != null) {
      server.limits(limits(settings));
    }
  }

  private void chooseBackend(Settings settings) throws Exception {
    PolicyBackend backend = PolicyBackend.of(settings.section("stack").text("rt-backend"));
    var _ = await(settings, stack.workers().query(0, () -> {
      stack.policy().select(backend);
      return backend;
    }));
  }

  private void turnSessionLayer(Settings settings) throws Exception {
    if (settings.section("stack").text("session-layer").equals("enabled")) {
      var _ = await(settings, stack.sessionLayerSwitch().enable());
    } else {
      var _ = await(settings, stack.sessionLayerSwitch().disable());
    }
  }

  private static <T> T await(Settings settings, CompletableFuture<T> change)
      throws InterruptedException, ExecutionException, TimeoutException {
    Duration patience = settings.section("host").duration("plugin-timeout");
    return change.get(patience.toNanos(), TimeUnit.NANOSECONDS);
  }
}
