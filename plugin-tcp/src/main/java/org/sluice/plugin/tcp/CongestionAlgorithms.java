package org.sluice.plugin.tcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.sluice.spi.host.ExtensionListener;
import org.sluice.spi.transport.CongestionControl;

/**
 * The congestion control algorithms by name: those of this plugin, and those that other plugins bring and take away
 * again. New connections use the wanted one, or the first of this plugin while nobody brings it. Changed on worker 0;
 * read by all.
 */
final class CongestionAlgorithms implements ExtensionListener<CongestionControl> {
  private final List<CongestionControl> own;
  private final Logger log;
  private final List<Runnable> onRemoval = new ArrayList<>();
  private volatile Map<String, CongestionControl> byName;
  private volatile String wanted;
  private volatile CongestionControl chosen;

  /**
   * The plugin's own.
   *
   * @param own at least one
   * @param wanted the name of the one to use
   */
  CongestionAlgorithms(List<CongestionControl> own, String wanted, Logger log) {
    this.own = List.copyOf(own);
    this.wanted = wanted;
    this.log = log;
    Map<String, CongestionControl> first = new TreeMap<>();
    own.forEach(one -> first.put(one.name(), one));
    byName = first;
    chosen = choose(first);
  }

  private CongestionControl choose(Map<String, CongestionControl> from) {
    return from.getOrDefault(wanted, own.getFirst());
  }

  /** The one for new connections. */
  CongestionControl chosen() {
    return chosen;
  }

  /** The name that was asked for, whether it is there or not. */
  String wanted() {
    return wanted;
  }

  List<String> names() {
    return List.copyOf(byName.keySet());
  }

  @Nullable CongestionControl find(String name) {
    return byName.get(name);
  }

  /** Asks for another one. Worker 0. */
  void want(String name) {
    wanted = name;
    chosen = choose(byName);
    if (!byName.containsKey(name)) {
      log.warn("congestion-control '{}' is not there; '{}' serves until a plugin brings it (there are: {})", name,
          chosen.name(), String.join(", ", byName.keySet()));
    }
  }

  /** Has a task run on worker 0 whenever an algorithm has gone. */
  void onRemoval(Runnable task) {
    onRemoval.add(task);
  }

  @Override
  public void onAdded(CongestionControl algorithm) {
    if (byName.containsKey(algorithm.name())) {
      log.warn("a second congestion control '{}' ({}) is passed over", algorithm.name(), algorithm.getClass().getName());
      return;
    }
    Map<String, CongestionControl> next = new TreeMap<>(byName);
    next.put(algorithm.name(), algorithm);
    replace(next);
  }

  @Override
  public void onRemoved(CongestionControl algorithm) {
    if (find(algorithm.name()) != algorithm) {
      return;
    }
    Map<String, CongestionControl> next = new TreeMap<>(byName);
    next.remove(algorithm.name());
    replace(next);
    onRemoval.forEach(Runnable::run);
  }

  private void replace(Map<String, CongestionControl> next) {
    byName = next;
    chosen = choose(next);
  }
}
