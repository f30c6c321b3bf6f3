package org.sluice.host.plugin;

import java.util.List;

/** The packages whose types cross between host and plugins, so that both must mean the same classes. */
final class SharedPackages {
  /** What a plugin sees of the host; everything else of the host is invisible to it. */
  private static final List<String> VISIBLE = List.of("org.sluice.spi.", "org.pf4j.", "com.google.inject.",
      "jakarta.inject.", "org.slf4j.", "org.jspecify.", "it.unimi.dsi.fastutil.");

  /** The framework behind the SPI: a plugin neither sees it nor may bring a copy. */
  private static final List<String> INTERNAL = List.of("org.sluice.core.", "org.sluice.host.");

  private SharedPackages() {}

  static boolean isVisible(String className) {
    return VISIBLE.stream().anyMatch(className::startsWith);
  }

  /** Whether a jar must not contain the class, because the host's own is meant. */
  static boolean isHosts(String className) {
    return isVisible(className) || INTERNAL.stream().anyMatch(className::startsWith);
  }
}
