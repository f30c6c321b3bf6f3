package org.sluice.host.boot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where a host listens and {@code sluice ctl} looks for it: the same answer for both. */
public final class ControlSocket {
  private static final String NAME = "sluice.sock";

  private ControlSocket() {}

  /**
   * The place of the socket.
   *
   * @param configured the key {@code host.socket}; relative to the home
   * @param environment the variables of the process
   */
  public static Path path(Path home, Optional<String> configured, Map<String, String> environment) {
    if (configured.isPresent()) {
      return home.resolve(configured.get());
    }
    Path run = home.resolve("run");
    if (Files.isWritable(Files.exists(run) ? run : home)) {
      return run.resolve(NAME);
    }
    String runtime = environment.get("XDG_RUNTIME_DIR");
    return runtime != null && !runtime.isBlank() ? Path.of(runtime, NAME)
        : Path.of(System.getProperty("java.io.tmpdir"), "sluice-" + System.getProperty("user.name"), NAME);
  }
}
