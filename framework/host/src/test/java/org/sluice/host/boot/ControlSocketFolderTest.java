package org.sluice.host.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.host.problem.ProblemsException;

/** A socket in a folder that everybody may write to: only in one of the user's own. */
class ControlSocketFolderTest {
  private static final String TEMPORARY = "java.io.tmpdir";

  @TempDir Path temporary;
  private final String before = System.getProperty(TEMPORARY);
  private Path socket;
  private Path folder;

  @BeforeEach
  void useTemporaryFolder() {
    System.setProperty(TEMPORARY, temporary.toString());
    socket = ControlSocket.path(temporary.resolve("missing"), Optional.empty(), Map.of());
    folder = Objects.requireNonNull(socket.getParent());
    assertThat(folder).hasParentRaw(temporary);
  }

  @AfterEach
  void restore() {
    System.setProperty(TEMPORARY, before);
  }

  @Test
  void it_is_made_for_the_user_alone_and_taken_again() throws Exception {
    ControlSocket.makeFolder(socket);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))).isEqualTo("rwx------");
    ControlSocket.makeFolder(socket);
    ControlSocket.checkFolder(socket);
  }

  @Test
  void a_client_makes_none_and_complains_of_none() throws Exception {
    ControlSocket.checkFolder(socket);
    assertThat(folder).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxr-xr-x", "rwxrwx---", "rwxrwxrwx", "rwx-----x"})
  void one_that_others_may_reach_into_is_refused(String permissions) throws IOException {
    Files.createDirectory(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
    assertRefused("the folder is " + permissions + ", not rwx------");
  }

  @Test
  void a_link_is_refused() throws IOException {
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.createSymbolicLink(folder, elsewhere);
    assertRefused("a link or file is in the place");
  }

  @Test
  void a_file_is_refused() throws IOException {
    Files.createFile(folder);
    assertRefused("a link or file is in the place");
  }

  @Test
  void one_of_another_user_is_refused() throws Exception {
    ControlSocket.makeFolder(socket);
    int user = ControlSocket.ownUser();
    assertThat(ControlSocket.distrust(folder, user)).isEmpty();
    assertThat(ControlSocket.distrust(folder, user + 1)).get().asString().contains("belongs to user");
  }

  @Test
  void a_folder_that_cannot_be_made_is_said() {
    System.setProperty(TEMPORARY, temporary.resolve("nowhere").toString());
    Path nowhere = ControlSocket.path(temporary.resolve("missing"), Optional.empty(), Map.of());
    assertThatThrownBy(() -> ControlSocket.makeFolder(nowhere))
        .isInstanceOf(ProblemsException.class).hasMessageContainingAll("HST-003", "cannot be made", "host.socket");
  }

  @Test
  void a_place_that_somebody_chose_is_that_persons_own_affair() throws IOException {
    Path open = Files.createDirectory(temporary.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatCode(() -> {
      ControlSocket.makeFolder(open.resolve("a.sock"));
      ControlSocket.checkFolder(open.resolve("a.sock"));
    }).doesNotThrowAnyException();
  }

  /** Both by the host and by its client, each with what to do. */
  private void assertRefused(String cause) {
    assertThatThrownBy(() -> ControlSocket.makeFolder(socket)).isInstanceOf(ProblemsException.class)
        .hasMessageContainingAll("did not start", "HST-003", folder.toString(), cause, "--socket PATH", "host.socket");
    assertThatThrownBy(() -> ControlSocket.checkFolder(socket)).isInstanceOf(ProblemsException.class)
        .hasMessageContainingAll("not trusted", "HST-003", cause);
  }
}
