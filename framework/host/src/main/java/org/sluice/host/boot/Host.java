package org.sluice.host.boot;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.Stack;
import org.sluice.core.fault.PluginFaults;
import org.sluice.host.config.ConfigurationLoader;
import org.sluice.host.config.LiveSettings;
import org.sluice.host.config.Settings;
import org.sluice.host.console.CommandRegistry;
import org.sluice.host.console.Console;
import org.sluice.host.console.ConsoleServer;
import org.sluice.host.log.PluginLogs;
import org.sluice.host.plugin.FolderWatch;
import org.sluice.host.plugin.PluginEnvironment;
import org.sluice.host.plugin.PluginLife;
import org.sluice.host.plugin.Plugins;
import org.sluice.host.plugin.Trust;
import org.sluice.host.plugin.VettedPlugins;
import org.sluice.host.plugin.Vetting;
import org.sluice.host.problem.ProblemsException;
import org.sluice.host.services.ExtensionRegistry;
import org.sluice.host.watch.Watchdog;
import org.sluice.spi.host.Configuration;

/**
 * A host: a stack with the plugins of a folder on it. Several can live in one process. Any thread may call; {@link
 * #close} not a worker or a console.
 */
public final class Host implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Host.class);

  private final LiveSettings settings;
  private final Stack stack;
  private final Console console;
  private final Plugins plugins;
  private final PluginLife pluginLife;
  private final @Nullable FolderWatch watch;
  private final @Nullable ConsoleServer server;
  private final PluginLogs logs;
  private final Watchdog watchdog;
  private final CountDownLatch stopRequested = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  private Host(HostOptions options, Settings settings, VettedPlugins vetted, Path pluginFolder, Trust trust,
      Stack stack) throws ProblemsException {
    this.settings = new LiveSettings(settings);
    this.stack = stack;
    CommandRegistry commands = new CommandRegistry();
    console = new Console(commands);
    PluginEnvironment environment = new PluginEnvironment(
        stack, this.settings, new ExtensionRegistry(stack.workerSet()), commands);
    plugins = new Plugins(vetted, pluginFolder, Version.current().spi(), trust, environment);
    pluginLife = new PluginLife(plugins);
    Configuration own = settings.section("host");
    watch = own.text("plugins-watch").equals("on")
        ? new FolderWatch(plugins, pluginLife, own.duration("plugins-watch-period")) : null;
    logs = new PluginLogs(plugins.owners());
    watchdog = new Watchdog(stack.workerSet(), stack.clock(), stack.counters(), plugins.owners(),
        settings.section("stack").duration("watchdog"));
    PluginFaults faults = new PluginFaults("host", stack.counters().scope("host"));
    new HostCommands(this, commands).all().forEach(command -> commands.add(faults, command));
    new ConfigCommands(options, plugins::vetted, this.settings).all()
        .forEach(command -> commands.add(faults, command));
    new PluginCommands(pluginLife, options.home(), own.duration("plugins-drain")).all()
        .forEach(command -> commands.add(faults, command));
    stack.consoleCommands().forEach(command -> commands.add(faults, command));
    server = options.control() == HostOptions.Control.NONE ? null : openServer(socket(options));
    LiveKeys.of(this.settings, stack, server);
  }

  private ConsoleServer openServer(Path socket) throws ProblemsException {
    ControlSocket.makeFolder(socket);
    return ConsoleServer.open(socket, console, LiveKeys.limits(settings.now()), stack.counters().scope("host"));
  }

  /**
   * Starts a host. Problems of plugins do not keep it from starting: they stand in {@link Plugins#problems}.
   *
   * @throws ProblemsException when the configuration is wrong or the control socket cannot be had; nothing runs then
   */
  public static Host boot(HostOptions options) throws ProblemsException {
    ConfigurationLoader loader =
        new ConfigurationLoader(options.home(), options.configuration(), options.assignments());
    Path folder = options.plugins() != null ? options.plugins()
        : options.home().resolve(loader.early("host.plugins").orElseThrow());
    Trust trust = Trust.of(loader, options.home());
    VettedPlugins vetted = Vetting.vet(folder, options.pluginJars(), Version.current().spi(), trust);
    Settings settings = loader.check(vetted.references(), vetted.refusedIds());
    Stack stack = StackSettings.of(settings).build();
    try {
      stack.start();
      Host host = new Host(options, settings, vetted, folder, trust, stack);
      host.startPlugins();
      return host;
    } catch (ProblemsException | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  private void startPlugins() {
    try {
      watchdog.start();
      PluginLogs.parse(settings.now().section("host").text("log-levels")).forEach(logs::set);
      plugins.startAll();
      if (watch != null) {
        watch.start();
      }
      LOG.info("ready");
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Path socket(HostOptions options) {
    Configuration host = settings.now().section("host");
    return options.socket() != null ? options.socket() : ControlSocket.path(options.home(),
        host.has("socket") ? Optional.of(host.text("socket")) : Optional.empty(), System.getenv());
  }

  /** The configuration it runs with. */
  public Settings settings() {
    return settings.now();
  }

  /** The stack. */
  public Stack stack() {
    return stack;
  }

  /** Runs commands. */
  public Console console() {
    return console;
  }

  /** At which levels plugins log. */
  public PluginLogs logs() {
    return logs;
  }

  /** The plugins. */
  public Plugins plugins() {
    return plugins;
  }

  /** What changes them while the host runs. */
  public PluginLife pluginLife() {
    return pluginLife;
  }

  /** Where {@code sluice ctl} reaches it; empty when it does not. */
  public Optional<Path> socket() {
    return Optional.ofNullable(server).map(ConsoleServer::socket);
  }

  /** Answers {@code sluice ctl}, also clients that came while the host booted and have waited; once. */
  public void serve() {
    if (server != null) {
      server.serve();
    }
  }

  /** Asks the thread in {@link #awaitStop} to go on and close the host. */
  public void requestStop() {
    stopRequested.countDown();
  }

  /** Whether the host is to stop. */
  public boolean isStopRequested() {
    return stopRequested.getCount() == 0;
  }

  /** Waits until somebody wants the host to stop. */
  public void awaitStop() throws InterruptedException {
    stopRequested.await();
  }

  /** Waits until {@link #close} has ended. */
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  /** Stops consoles, plugins and stack, in this order. Idempotent. */
  @Override
  public void close() {
    requestStop();
    if (closed.getCount() > 0) {
      if (server != null) {
        server.close();
      }
      plugins.stopAll();
      if (watch != null) {
        watch.close();
      }
      stack.close();
      watchdog.close();
      // The process may end as soon as it is closed, and the log should not lack this.
      LOG.info("stopped");
      closed.countDown();
    }
  }
}
