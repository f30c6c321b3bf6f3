package org.sluice.host.plugin;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import org.sluice.spi.runtime.Clock;

/**
 * The threads that a plugin made for itself, as far as they can be told apart: those that came up while it was started
 * or opened (plugins are, one at a time), those whose class or context class loader is the plugin's, and those that run
 * code of its jar. What is not seen: an idle thread of a pool that a callback made later, and virtual threads. Under
 * the lock of the plugins.
 */
final class PluginThreads {
  /** The host's own, and those that it keeps for plugins, about which it says itself that one does not end. */
  private static final List<String> OF_HOST = List.of("sluice-", "plugin-", "ctl-", "console", "shutdown", "demo-");

  /** For threads that begin while they are counted. */
  private static final int SPARE = 16;

  private final PluginJar jar;
  private final ClassLoader loader;
  private final Clock clock;
  private final List<WeakReference<Thread>> begun = new ArrayList<>();

  PluginThreads(PluginJar jar, ClassLoader loader, Clock clock) {
    this.jar = jar;
    this.loader = loader;
    this.clock = clock;
  }

  /** The threads there are, to be handed to {@link #begun} when the plugin has done something. */
  static Set<Thread> present() {
    return new HashSet<>(List.of(threads()));
  }

  /** Has all threads that are new since belong to the plugin. */
  void begun(Set<Thread> before) {
    for (Thread thread : threads()) {
      if (!before.contains(thread) && !isOfOthers(thread)) {
        begun.add(new WeakReference<>(thread));
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // The thread itself is meant.
  private static boolean isOfOthers(Thread thread) {
    return thread == Thread.currentThread() || OF_HOST.stream().anyMatch(thread.getName()::startsWith)
        || thread instanceof ForkJoinWorkerThread worker && worker.getPool() == ForkJoinPool.commonPool();
  }

  /** Those of programs: what Java makes for itself is in groups beside theirs. */
  private static Thread[] threads() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null && group.getParent().getParent() != null) {
      group = group.getParent();
    }
    Thread[] found = new Thread[2 * group.activeCount() + SPARE];
    int count = group.enumerate(found, true);
    return Arrays.copyOf(found, count);
  }

  /**
   * What goes on after everything of the plugin has been stopped.
   *
   * @param patience how long to wait for threads that are about to end
   * @return a phrase for each thread that is left
   */
  List<String> left(Duration patience) {
    List<String> left = new ArrayList<>();
    long untilNs = clock.nanoTime() + patience.toNanos();
    for (Thread thread : alive()) {
      if (!ends(thread, untilNs - clock.nanoTime())) {
        left.add(describe(thread));
      }
    }
    begun.clear();
    return left;
  }

  private Set<Thread> alive() {
    Set<Thread> alive = new HashSet<>();
    for (WeakReference<Thread> reference : begun) {
      Thread thread = reference.get();
      if (thread != null) {
        alive.add(thread);
      }
    }
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      Thread thread = entry.getKey();
      if (thread.getContextClassLoader() == loader || thread.getClass().getClassLoader() == loader
          || frame(entry.getValue()).isPresent()) {
        alive.add(thread);
      }
    }
    alive.removeIf(thread -> !thread.isAlive() || isOfOthers(thread));
    return alive;
  }

  private static boolean ends(Thread thread, long waitNs) {
    try {
      return waitNs > 0 && thread.join(Duration.ofNanos(waitNs)) || !thread.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !thread.isAlive();
    }
  }

  private Optional<StackTraceElement> frame(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      if (frame.getModuleName() == null && frame.getClassLoaderName() == null
          && jar.classes().contains(frame.getClassName())) {
        return Optional.of(frame);
      }
    }
    return Optional.empty();
  }

  private String describe(Thread thread) {
    String where = frame(thread.getStackTrace()).map(frame -> ", in " + frame).orElse("");
    return "thread " + thread.getName() + " of its own goes on" + where;
  }
}
