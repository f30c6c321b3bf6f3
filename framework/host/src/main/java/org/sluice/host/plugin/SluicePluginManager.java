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

/**
 * PF4J's manager of plugin jars, with our class loading and injection. Plugins reach their packages first, then their
 * dependencies', then the shared ones of the host.
 */
final class SluicePluginManager extends JarPluginManager {
  private final Map<String, PluginJar> jars = new HashMap<>();
  private final Map<String, PluginContainer> containers = new HashMap<>();

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
    return getPlugin(loadPlugin(jar.file()));
  }

  /** What runs of a plugin; null for one that was never started. */
  @Nullable PluginContainer container(String pluginId) {
    return containers.get(pluginId);
  }

  /** PF4J calls this for dependencies too: what failed by itself is not tried again for each plugin that needs it. */
  @Override
  public PluginState startPlugin(String pluginId) {
    boolean failed = getPlugin(pluginId).getPluginState() == PluginState.FAILED;
    return failed ? PluginState.FAILED : super.startPlugin(pluginId);
  }

  @Override
  protected boolean unloadPlugin(String pluginId, boolean unloadDependents, boolean resolveDependencies) {
    boolean unloaded = super.unloadPlugin(pluginId, unloadDependents, resolveDependencies);
    if (unloaded) {
      jars.remove(pluginId);
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
      PluginContainer container = plugin == null ? null : container(plugin.getPluginId());
      if (container == null) {
        throw new PluginRuntimeException(extensionClass + " is of no plugin that was started");
      }
      return container.instance(extensionClass);
    }
  }
}
