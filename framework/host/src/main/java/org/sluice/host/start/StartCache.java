package org.sluice.host.start;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cache of classes, loaded and linked, that lets a JVM start in a third of the time. The launcher finds or names
 * it; a host that was started without has it made by a process of its own, beside everything else.
 */
public final class StartCache {
  /** The property by which the launcher names the file. */
  public static final String PROPERTY = "sluice.aot";
  private static final Logger LOG = LoggerFactory.getLogger(StartCache.class);
  private static final String SWITCH = "SLUICE_AOT";

  private final @Nullable Path file;

  private StartCache(@Nullable Path file) {
    this.file = file;
  }

  /** The cache that the launcher named. */
  public static StartCache of(Properties properties) {
    String named = properties.getProperty(PROPERTY, "");
    return new StartCache(named.isEmpty() ? null : Path.of(named));
  }

  /** Its file, there or not; empty when this JVM is to have none. */
  public Optional<Path> file() {
    return Optional.ofNullable(file);
  }

  /**
   * Starts making it unless it is there; never waits for the end, and what goes wrong is a start without cache.
   *
   * @param home the folder of the distribution
   */
  public void makeIfMissing(Path home) {
    if (file == null || Files.exists(file)) {
      return;
    }
    ProcessBuilder maker = new ProcessBuilder("nice", "-n", "19", home.resolve("bin/sluice").toString())
        .directory(home.toFile())
        .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
        .redirectOutput(Redirect.DISCARD)
        .redirectError(Redirect.DISCARD);
    maker.environment().put(SWITCH, "make");
    try {
      maker.start();
      LOG.debug("makes {} for the next start", file);
    } catch (IOException e) {
      LOG.debug("{} is not made", file, e);
    }
  }
}
