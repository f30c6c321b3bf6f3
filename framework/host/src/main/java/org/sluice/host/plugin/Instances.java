package org.sluice.host.plugin;

/** The extensions of one plugin, each made once. */
@FunctionalInterface
interface Instances {
  /** The one of a class. */
  <T> T get(Class<T> type);
}
