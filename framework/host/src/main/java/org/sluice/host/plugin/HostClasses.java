package org.sluice.host.plugin;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * The parent of every plugin's class loader: the JDK and the shared packages. Without it a plugin would see the whole
 * class path of the host behind its own jar.
 */
final class HostClasses extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  private final ClassLoader host;

  HostClasses(ClassLoader host) {
    super("sluice-shared", getPlatformClassLoader());
    this.host = host;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (SharedPackages.isVisible(name)) {
      return host.loadClass(name);
    }
    throw new ClassNotFoundException(name);
  }

  @Override
  protected @Nullable URL findResource(String name) {
    return SharedPackages.isVisible(name.replace('/', '.')) ? host.getResource(name) : null;
  }

  @Override
  protected Enumeration<URL> findResources(String name) throws IOException {
    return SharedPackages.isVisible(name.replace('/', '.')) ? host.getResources(name) : Collections.emptyEnumeration();
  }
}
