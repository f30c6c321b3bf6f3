package org.sluice.host.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketTest {
  private static final Map<String, String> RUNTIME = Map.of("XDG_RUNTIME_DIR", "/run/user/7");

  @TempDir Path home;

  @Test
  void the_configured_place_is_below_the_home_unless_it_is_absolute() {
    assertThat(ControlSocket.path(home, Optional.of("a/b.sock"), Map.of())).isEqualTo(home.resolve("a/b.sock"));
    assertThat(ControlSocket.path(home, Optional.of("/a/b.sock"), Map.of())).isEqualTo(Path.of("/a/b.sock"));
  }

  @Test
  void without_one_it_is_in_the_home_when_that_can_be_written() {
    assertThat(ControlSocket.path(home, Optional.empty(), RUNTIME)).isEqualTo(home.resolve("run/sluice.sock"));
  }

  @Test
  void else_it_is_in_the_users_runtime_folder_or_in_a_temporary_one() {
    Path missing = home.resolve("missing");
    assertThat(ControlSocket.path(missing, Optional.empty(), RUNTIME)).isEqualTo(Path.of("/run/user/7/sluice.sock"));
    assertThat(ControlSocket.path(missing, Optional.empty(), Map.of()).toString()).endsWith("/sluice.sock")
        .startsWith(System.getProperty("java.io.tmpdir"));
  }
}
