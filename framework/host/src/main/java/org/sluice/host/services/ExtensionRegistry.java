package org.sluice.host.services;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.pf4j.ExtensionPoint;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.host.ExtensionListener;

/**
 * The extensions of all plugins that run. Changes and events happen on worker 0, in order, so a listener sees each
 * extension once; whoever only looks reads a snapshot.
 */
public final class ExtensionRegistry {
  private final WorkerSet workers;
  private final List<Watch<?>> watches = new ArrayList<>();
  private volatile List<Entry> entries = List.of();

  /** A registry whose events run on worker 0 of these. */
  public ExtensionRegistry(WorkerSet workers) {
    this.workers = workers;
  }

  /**
   * Adds an extension.
   *
   * @return completes after every listener was told
   */
  public CompletableFuture<?> add(String pluginId, ExtensionPoint extension) {
    return onWorker0(() -> {
      entries = Stream.concat(entries.stream(), Stream.of(new Entry(pluginId, extension))).toList();
      watches.forEach(watch -> watch.added(extension));
    });
  }

  /**
   * Removes the extensions and the listeners of a plugin.
   *
   * @return completes after every listener of other plugins was told
   */
  public CompletableFuture<?> removeAll(String pluginId) {
    return onWorker0(() -> {
      watches.removeIf(watch -> watch.plugin.pluginId().equals(pluginId));
      List<Entry> going = entries.stream().filter(entry -> entry.pluginId.equals(pluginId)).toList();
      entries = entries.stream().filter(entry -> !entry.pluginId.equals(pluginId)).toList();
      for (Entry entry : going.reversed()) {
        watches.forEach(watch -> watch.removed(entry.extension));
      }
    });
  }

  /** The extensions of a point now, in the order they came. */
  public <T extends ExtensionPoint> List<T> extensions(Class<T> point) {
    return entries.stream().map(Entry::extension).filter(point::isInstance).map(point::cast).toList();
  }

  /**
   * Tells a listener of the extensions that are there and of each that comes or goes.
   *
   * @param plugin whose listener it is; what it throws is counted there
   * @return completes when it was told of those that are there
   */
  public <T extends ExtensionPoint> CompletableFuture<?> watch(
      PluginFaults plugin, Class<T> point, ExtensionListener<T> listener) {
    return onWorker0(() -> {
      Watch<T> watch = new Watch<>(plugin, point, listener);
      watches.add(watch);
      entries.forEach(entry -> watch.added(entry.extension));
    });
  }

  /** All changes go the same way, so none overtakes another; no full mailbox refuses it, so that a stop succeeds. */
  private CompletableFuture<?> onWorker0(Runnable change) {
    return workers.call(0, () -> {
      change.run();
      return Boolean.TRUE;
    });
  }

  private record Entry(String pluginId, ExtensionPoint extension) {}

  private record Watch<T extends ExtensionPoint>(PluginFaults plugin, Class<T> point, ExtensionListener<T> listener) {

    private void added(ExtensionPoint extension) {
      if (point.isInstance(extension)) {
        guarded("onAdded", () -> listener.onAdded(point.cast(extension)));
      }
    }

    private void removed(ExtensionPoint extension) {
      if (point.isInstance(extension)) {
        guarded("onRemoved", () -> listener.onRemoved(point.cast(extension)));
      }
    }

    /** One plugin's listener must not keep the others from hearing. */
    private void guarded(String callback, Runnable call) {
      try {
        call.run();
      } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
        plugin.caught(callback + " of its listener for " + point.getSimpleName(), e);
      }
    }
  }
}
