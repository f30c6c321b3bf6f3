package org.sluice.host.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.sluice.core.PluginSessions;
import org.sluice.host.problem.Problem;
import org.sluice.host.problem.ProblemsException;

/** Waits until plugins that are to stop have no live sessions, as far as that is wanted. Holds no lock. */
final class Draining {
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration REPORT = Duration.ofMillis(500);

  private final Plugins plugins;
  private final ChangeWatcher watcher;

  Draining(Plugins plugins, ChangeWatcher watcher) {
    this.plugins = plugins;
    this.watcher = watcher;
  }

  /**
   * Returns when the plugins may be stopped.
   *
   * @param id whose stop was asked for, for messages
   * @param jars all that would stop
   * @param wish what becomes of sessions
   * @throws ProblemsException when sessions are left that nobody wants to be reset; they go on, and new ones come again
   */
  void settle(String id, Collection<PluginJar> jars, Sessions wish) throws ProblemsException, InterruptedException {
    if (!wish.drain() && wish.force()) {
      return;
    }
    List<PluginSessions> parts = plugins.sessions(jars);
    boolean settled = false;
    try {
      if (wish.drain()) {
        drain(parts, true);
      }
      SortedMap<String, Long> left = wish.drain() ? await(id, parts, wish.patience()) : count(parts);
      if (!left.isEmpty() && !wish.force()) {
        throw refused(id, left, wish);
      }
      settled = true;
    } finally {
      if (!settled && wish.drain()) {
        drain(parts, false);
      }
    }
  }

  private SortedMap<String, Long> await(String id, List<PluginSessions> parts, Duration patience)
      throws ProblemsException, InterruptedException {
    long end = plugins.clock().nanoTime() + patience.toNanos();
    long report = Long.MIN_VALUE;
    SortedMap<String, Long> left = count(parts);
    while (!left.isEmpty() && plugins.clock().nanoTime() < end && !watcher.isCancelled()) {
      if (plugins.clock().nanoTime() >= report) {
        report = plugins.clock().nanoTime() + REPORT.toNanos();
        watcher.progress("draining " + id + ": " + text(left) + "; at most "
            + TimeUnit.NANOSECONDS.toSeconds(end - plugins.clock().nanoTime() + 999_999_999) + " s more");
      }
      if (plugins.awaitClosing(LOOK)) {
        break;
      }
      left = count(parts);
    }
    return left;
  }

  private SortedMap<String, Long> count(List<PluginSessions> parts) throws ProblemsException, InterruptedException {
    SortedMap<String, Long> all = new TreeMap<>();
    for (PluginSessions part : parts) {
      finished(part.count()).forEach((name, count) -> all.merge(name, count, Long::sum));
    }
    return all;
  }

  /** All of them, also when one of the workers does not answer in time: it does it later. */
  private void drain(List<PluginSessions> parts, boolean on) throws ProblemsException, InterruptedException {
    List<CompletableFuture<Boolean>> asked = new ArrayList<>();
    parts.forEach(part -> asked.add(part.drain(on)));
    for (CompletableFuture<Boolean> one : asked) {
      boolean _ = finished(one);
    }
  }

  private <T> T finished(CompletableFuture<T> answer) throws ProblemsException, InterruptedException {
    try {
      return answer.get(plugins.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new ProblemsException("Nothing was stopped:", List.of(new Problem("PLG-020", "workers",
          "they do not tell which sessions there are: " + e, "see 'show workers'; with force they are not asked")));
    }
  }

  private static ProblemsException refused(String id, SortedMap<String, Long> left, Sessions wish) {
    String cause = "live sessions depend on it: " + text(left)
        + (wish.drain() ? ", still after " + wish.patience().toSeconds() + " s of draining" : "");
    return new ProblemsException("Nothing was stopped:", List.of(new Problem("PLG-020", id, cause,
        "close them; or add 'drain' to take no new ones and wait for these, or 'force' to reset them")));
  }

  /** For example {@code 2 of application echo, 4 of transport ct}. */
  private static String text(SortedMap<String, Long> sessions) {
    return sessions.entrySet().stream().map(entry -> entry.getValue() + " of " + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}
