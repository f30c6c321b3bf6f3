package org.sluice.host.config;

import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.host.Configuration;

/**
 * The configuration of a running host: what is in force, and what the file said last. Both differ by the keys that
 * cannot change while their owner runs. Any thread; one change at a time is let in.
 */
public final class LiveSettings {
  private final Map<String, Action> actions = new LinkedHashMap<>();
  private final Map<String, Function<Configuration, List<Throwable>>> plugins = new HashMap<>();
  private volatile Settings inForce;
  private Settings latest;

  /** Puts a live key of the host's own in force. */
  @FunctionalInterface
  public interface Action {
    /** Takes the settings with the new value; throws when it cannot be had. */
    void apply(Settings settings) throws Exception;
  }

  /** Starts with what was read at boot. */
  public LiveSettings(Settings settings) {
    inForce = settings;
    latest = settings;
  }

  /** What is in force. */
  public Settings now() {
    return inForce;
  }

  /** What the file said last: what a plugin that starts again gets. */
  public synchronized Settings latest() {
    return latest;
  }

  /** Takes settings with the keys of other plugins: those in force, and those that the file said last. */
  public synchronized void change(Settings next, Settings nextLatest) {
    inForce = next;
    latest = nextLatest;
  }

  /** Says how a live key of the host or the stack comes into force. */
  public synchronized void onChange(String key, Action action) {
    actions.put(key, action);
  }

  /**
   * A plugin starts: its section is in force as the file said last.
   *
   * @param listener told the section after a change of live keys; answers what its own listeners threw
   */
  public synchronized void started(String pluginId, Function<Configuration, List<Throwable>> listener) {
    plugins.put(pluginId, listener);
    String section = SectionReference.sectionOf(pluginId) + ".";
    for (String key : latest.comparable()) {
      if (key.startsWith(section)) {
        inForce = inForce.with(key, latest);
      }
    }
  }

  /** A plugin has stopped, and is told nothing more. */
  public synchronized void stopped(String pluginId) {
    plugins.remove(pluginId);
  }

  /** The section of a plugin as it is in force. */
  public Configuration plugin(String pluginId) {
    return inForce.plugin(pluginId);
  }

  /**
   * Takes what the file says now: puts in force what can change, and remembers the rest for the next start of its
   * owner.
   *
   * @param read checked, against the same reference files
   * @return every key whose value is not the one that was in force
   */
  public synchronized List<Change> take(Settings read) {
    Settings before = inForce;
    latest = read;
    Set<String> keys = new TreeSet<>(read.comparable());
    keys.addAll(before.comparable());
    keys.removeIf(key -> Objects.equals(before.value(key), read.value(key)));
    Map<String, String> effects = new LinkedHashMap<>();
    Set<String> told = new LinkedHashSet<>();
    for (String key : keys) {
      @Nullable String plugin = pluginOf(key);
      if (plugin == null) {
        effects.put(key, read.isLive(key) ? apply(key, read) : Change.RESTART);
      } else if (read.isLive(key) && plugins.containsKey(plugin)) {
        inForce = inForce.with(key, read);
        told.add(plugin);
        effects.put(key, Change.APPLIED);
      } else {
        effects.put(key, Change.reload(plugin));
      }
    }
    told.forEach(plugin -> tell(plugin, effects, read));
    List<Change> changes = new ArrayList<>();
    effects.forEach((key, effect) -> changes.add(new Change(key, before.show(key), read.show(key), effect)));
    return changes;
  }

  private String apply(String key, Settings read) {
    Settings before = inForce;
    try {
      inForce = inForce.with(key, read);
      Objects.requireNonNull(actions.get(key), "nothing takes it").apply(inForce);
      return Change.APPLIED;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      inForce = before;
      return Change.failed(e);
    }
  }

  private void tell(String plugin, Map<String, String> effects, Settings read) {
    List<Throwable> thrown = Objects.requireNonNull(plugins.get(plugin)).apply(inForce.plugin(plugin));
    if (!thrown.isEmpty()) {
      effects.replaceAll((key, effect) ->
          plugin.equals(pluginOf(key)) && read.isLive(key) ? Change.failed(thrown.getFirst()) : effect);
    }
  }

  private static @Nullable String pluginOf(String key) {
    List<String> path = ConfigUtil.splitPath(key);
    return path.size() > 1 && path.getFirst().equals("plugins") ? path.get(1) : null;
  }
}
