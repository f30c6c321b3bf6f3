package org.sluice.host.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pf4j.DefaultVersionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.host.problem.Problem;
import org.sluice.host.problem.ProblemsException;

/**
 * Follows the plugins folder: what comes is loaded, what changes is reloaded, what leaves is unloaded. It looks at
 * names, sizes and times, and acts on what was the same in two looks, so that no file is taken while it is written. One
 * thread of its own, between {@link #start} and {@link #close}.
 *
 * <p>Nobody's sessions are reset: a plugin that has some is left as it is, which is said once, until they have ended.
 */
public final class FolderWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);

  private final Plugins plugins;
  private final PluginLife life;
  private final Duration period;
  private final DefaultVersionManager versions = new DefaultVersionManager();
  private final Map<Path, FileStamp> settled = new HashMap<>();
  private Map<Path, FileStamp> last;
  /** What was said to wait. */
  private final Set<String> said = new HashSet<>();
  private @Nullable Thread thread;

  /**
   * Takes the folder as it is now for what is loaded; nothing is followed yet.
   *
   * @param period how often it is looked at
   */
  public FolderWatch(Plugins plugins, PluginLife life, Duration period) {
    this.plugins = plugins;
    this.life = life;
    this.period = period;
    last = look();
    settled.putAll(last);
    settled.keySet().retainAll(known());
  }

  private Collection<Path> known() {
    return Stream.concat(plugins.loaded().stream().map(PluginJar::file),
        plugins.refused().stream().map(Vetting.Refused::file)).toList();
  }

  /** Begins to follow the folder. */
  public void start() {
    thread = Thread.ofPlatform().daemon().name("plugins-watch").start(this::run);
  }

  private void run() {
    try {
      while (!plugins.awaitClosing(period)) {
        step();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the thread. The plugins have been stopped by now, so that it changes nothing any more. */
  @Override
  public void close() {
    Thread running = thread;
    if (running == null) {
      return;
    }
    running.interrupt();
    try {
      running.join(plugins.patience());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks once, and acts on what is the same as at the last look. What goes wrong is tried again at the next. */
  void step() throws InterruptedException {
    try {
      Map<Path, FileStamp> now = look();
      List<Path> came = new ArrayList<>();
      now.forEach((file, stamp) -> {
        if (stamp.equals(last.get(file)) && !stamp.equals(settled.get(file))) {
          came.add(file);
        }
      });
      boolean moving = !now.equals(last);
      List<Path> left = moving ? List.of()
          : settled.keySet().stream().filter(file -> !now.containsKey(file)).sorted().toList();
      last = now;
      came(came);
      left.forEach(this::left);
    } catch (RuntimeException e) {
      LOG.error("the plugins folder cannot be followed now", e);
    }
  }

  private Map<Path, FileStamp> look() {
    Map<Path, FileStamp> files = new LinkedHashMap<>();
    try (Stream<Path> entries = Files.list(plugins.directory())) {
      for (Path entry : entries.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
        stamp(entry, files);
      }
    } catch (IOException e) {
      // As if it were empty would unload everything; a folder that is away may come back.
      return last == null ? Map.of() : last;
    }
    return files;
  }

  private static void stamp(Path entry, Map<Path, FileStamp> files) {
    try {
      if (Files.isRegularFile(entry)) {
        files.put(entry.toRealPath(), FileStamp.of(entry));
      }
    } catch (IOException e) {
      LOG.debug("{} went away while it was looked at", entry, e);
    }
  }

  // ---- What came.

  private void came(List<Path> files) throws InterruptedException {
    List<Path> loading = new ArrayList<>();
    for (Path file : files) {
      Optional<PluginJar> jar = read(file);
      Optional<PluginJar> running = jar.flatMap(found -> plugins.find(found.id()));
      if (jar.isPresent() && running.isPresent() && isSame(jar.get(), running.get())) {
        settle(List.of(file));
      } else if (jar.isPresent() && running.isPresent() && replaces(jar.get(), running.get())) {
        reload(jar.get(), running.get().file());
      } else {
        loading.add(file);
      }
    }
    if (!loading.isEmpty()) {
      attempt(loading, "load", () -> life.load(loading));
    }
  }

  private static Optional<PluginJar> read(Path file) {
    try {
      return PluginJar.read(file);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Loaded by somebody else in the meantime. */
  private static boolean isSame(PluginJar jar, PluginJar running) {
    return jar.file().equals(running.file()) && jar.stamp().equals(running.stamp());
  }

  /** The same file anew, or the one that is loaded is gone, or a later version beside it. */
  private boolean replaces(PluginJar jar, PluginJar running) {
    return jar.file().equals(running.file())
        || settled.containsKey(running.file()) && !last.containsKey(running.file())
        || versions.compareVersions(jar.version(), running.version()) > 0;
  }

  private void reload(PluginJar jar, Path old) throws InterruptedException {
    boolean done = attempt(List.of(jar.file()), "reload of " + jar.id(),
        () -> life.reload(jar.id(), Optional.of(jar.file()), Sessions.REFUSE, ChangeWatcher.NOBODY));
    if (done && !old.equals(jar.file()) && last.containsKey(old)) {
      plugins.add(new Problem("PLG-003", String.valueOf(old.getFileName()), "plugin " + jar.id() + " runs from "
          + jar.fileName() + " now, and a host that starts with both runs neither", "remove the old one"));
    }
  }

  // ---- What left.

  private void left(Path file) {
    Optional<PluginJar> loaded = plugins.loaded().stream().filter(jar -> jar.file().equals(file)).findFirst();
    try {
      if (loaded.isEmpty()) {
        settled.remove(file);
        plugins.forgetFile(file);
      } else if (attempt(List.of(), "unload of " + loaded.get().id(),
          () -> life.unload(loaded.get().id(), Sessions.REFUSE, ChangeWatcher.NOBODY))) {
        settled.remove(file);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- Once and again.

  private interface Change {
    List<String> run() throws ProblemsException, InterruptedException;
  }

  /**
   * Tries a change. Files of one that was made, or that will never succeed, are settled; one that must wait is tried
   * again, and said once.
   *
   * @return whether it was made
   */
  private boolean attempt(List<Path> files, String what, Change change) throws InterruptedException {
    try {
      List<String> ids = change.run();
      LOG.info("plugins folder: {}: {}", what, String.join(", ", ids));
      said.remove(what);
      settle(files);
      return true;
    } catch (ProblemsException e) {
      if (!e.problems().stream().allMatch(problem -> waits(problem.id()))) {
        settle(files);
        say(what, e.problems());
      } else if (e.problems().stream().noneMatch(problem -> problem.id().equals("PLG-021")) && said.add(what)) {
        say(what + ", which waits", e.problems());
        e.problems().forEach(plugins::add);
      }
      return false;
    }
  }

  /** Live sessions end, and so do other changes. */
  private static boolean waits(String problem) {
    return problem.equals("PLG-020") || problem.equals("PLG-021");
  }

  private void settle(List<Path> files) {
    files.forEach(file -> {
      FileStamp stamp = last.get(file);
      if (stamp != null) {
        settled.put(file, stamp);
      }
    });
  }

  private static void say(String what, List<Problem> problems) {
    LOG.warn("plugins folder: {}: {}", what,
        String.join("; ", problems.stream().map(Problem::toString).toList()));
  }
}
