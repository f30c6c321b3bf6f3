package org.sluice.host.plugin;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pf4j.ExtensionFactory;
import org.pf4j.JarPluginLoader;
import org.pf4j.JarPluginManager;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginManager;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PF4J's manager of plugin jars, with our class loading and injection. Plugins reach their packages first, then their
 * dependencies', then the shared ones of the host.
 */
final class SluicePluginManager extends JarPluginManager {
  private static final Logger LOG = LoggerFactory.getLogger(SluicePluginManager.class);

  private final Map<String, PluginJar> jars = new HashMap<>();
  private final Map<String, PluginContainer> containers = new HashMap<>();
  private final ClassOwners owners = new ClassOwners();

  /**
   * A manager without plugins.
   *
   * @param directory the plugins folder
   * @param environment what plugins run on
   * @param spiVersion what {@code Plugin-Requires} is checked against
   */
  SluicePluginManager(Path directory, PluginEnvironment environment, String spiVersion) {
    super(directory);
    setSystemVersion(spiVersion);
    // PF4J calls the create methods of both from its constructor, when no field of ours is set yet.
    pluginFactory = container(environment);
    extensionFactory = new InjectedExtensions();
    addPluginStateListener(new StateRecorder());
  }

  private PluginFactory container(PluginEnvironment environment) {
    return wrapper -> {
      PluginJar jar = Objects.requireNonNull(jars.get(wrapper.getPluginId()), wrapper.getPluginId());
      PluginContainer container = new PluginContainer(wrapper, environment, jar);
      containers.put(wrapper.getPluginId(), container);
      return container;
    };
  }

  /** Loads a jar that was vetted, after what it depends on. */
  PluginWrapper load(PluginJar jar) {
    jars.put(jar.id(), jar);
    owners.add(jar);
    return getPlugin(loadPlugin(jar.file()));
  }

  /** Whose classes are which. */
  ClassOwners owners() {
    return owners;
  }

  /** What runs of a plugin that was started. */
  PluginContainer container(String pluginId) {
    PluginContainer container = containers.get(pluginId);
    if (container == null) {
      throw new PluginRuntimeException("plugin " + pluginId + " was never started");
    }
    return container;
  }

  /** PF4J calls this for dependencies too: what failed by itself is not tried again for each plugin that needs it. */
  @Override
  public PluginState startPlugin(String pluginId) {
    boolean failed = getPlugin(pluginId).getPluginState() == PluginState.FAILED;
    return failed ? PluginState.FAILED : super.startPlugin(pluginId);
  }

  /** Opens a plugin that is started; one that fails is stopped and FAILED. */
  PluginState openPlugin(String pluginId) {
    try {
      container(pluginId).open();
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      takeBack(pluginId, PluginState.FAILED, e);
    }
    return getPlugin(pluginId).getPluginState();
  }

  /** Has a plugin that failed be tried again by the next start. */
  void forgive(String pluginId) {
    PluginWrapper plugin = getPlugin(pluginId);
    if (plugin.getPluginState() == PluginState.FAILED) {
      plugin.setPluginState(PluginState.STOPPED);
      plugin.setFailedException(null);
    }
  }

  /**
   * Writes whether a plugin may run.
   *
   * @throws PluginRuntimeException when that cannot be written, or the files say something else all the same
   */
  void mark(String pluginId, boolean enabled) {
    if (enabled) {
      pluginStatusProvider.enablePlugin(pluginId);
    } else {
      pluginStatusProvider.disablePlugin(pluginId);
    }
    if (pluginStatusProvider.isPluginDisabled(pluginId) == enabled) {
      throw new PluginRuntimeException("enabled.txt and disabled.txt contradict each other about " + pluginId);
    }
  }

  /** Unloads one plugin that is stopped, and nothing that depends on it. */
  void forget(String pluginId) {
    unloadPlugin(pluginId, false, false);
  }

  /** Stops one plugin and nothing else; PF4J's own way stops dependents that could go on without it too. */
  void takeBack(String pluginId, PluginState state, @Nullable Throwable cause) {
    PluginWrapper plugin = getPlugin(pluginId);
    try {
      plugin.getPlugin().stop();
    } catch (PluginFailure e) {
      LOG.error("plugin {} {}", pluginId, e.getMessage());
    }
    PluginState before = plugin.getPluginState();
    plugin.setPluginState(state);
    plugin.setFailedException(cause);
    StateRecorder.changed(plugin, before);
    getStartedPlugins().remove(plugin);
  }

  @Override
  protected boolean unloadPlugin(String pluginId, boolean unloadDependents, boolean resolveDependencies) {
    boolean unloaded = super.unloadPlugin(pluginId, unloadDependents, resolveDependencies);
    if (unloaded) {
      jars.remove(pluginId);
      owners.remove(pluginId);
      containers.remove(pluginId);
    }
    return unloaded;
  }

  @Override
  protected PluginLoader createPluginLoader() {
    return new Loader(this);
  }

  private static final class Loader extends JarPluginLoader {
    private final ClassLoader shared = new HostClasses(SluicePluginManager.class.getClassLoader());

    private Loader(PluginManager manager) {
      super(manager);
    }

    @Override
    protected PluginClassLoader createPluginClassLoader(Path pluginPath, PluginDescriptor descriptor) {
      return new PluginClassLoader(pluginManager, descriptor, shared) {
        @Override
        protected boolean shouldDelegateToParent(String className) {
          return SharedPackages.isVisible(className);
        }
      };
    }
  }

  /** PF4J's own way to extensions leads to the same instances. */
  private final class InjectedExtensions implements ExtensionFactory {
    @Override
    public <T> T create(Class<T> extensionClass) {
      PluginWrapper plugin = whichPlugin(extensionClass);
      if (plugin == null) {
        throw new PluginRuntimeException(extensionClass + " is of no plugin that is loaded");
      }
      return container(plugin.getPluginId()).instance(extensionClass);
    }
  }
}
