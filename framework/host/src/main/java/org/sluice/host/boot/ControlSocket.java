package org.sluice.host.boot;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.sluice.host.problem.Problem;
import org.sluice.host.problem.ProblemsException;

/** Where a host listens and {@code sluice ctl} looks for it: the same answer for both. */
public final class ControlSocket {
  private static final String NAME = "sluice.sock";
  private static final Set<PosixFilePermission> OURS_ALONE = PosixFilePermissions.fromString("rwx------");
  private static final String REMEDY =
      "remove it, or choose another place for the socket with --socket PATH or the key host.socket";

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
    return runtime != null && !runtime.isBlank() ? Path.of(runtime, NAME) : sharedPlace().resolve(NAME);
  }

  /** Below a folder that everybody may write to: whoever makes it first owns it. */
  private static Path sharedPlace() {
    return Path.of(System.getProperty("java.io.tmpdir"), "sluice-" + System.getProperty("user.name"));
  }

  /**
   * Makes the folder of the socket for this user alone, where others could make it too.
   *
   * @throws ProblemsException when it cannot be made, or when it is there and others may write to it
   */
  public static void makeFolder(Path socket) throws ProblemsException {
    if (isShared(socket)) {
      makePrivate(sharedPlace(), "The control socket cannot be made, so the host did not start:");
    }
  }

  /**
   * Refuses to talk to a socket that others may have put there.
   *
   * @throws ProblemsException when its folder is not this user's alone; not when there is none
   */
  public static void checkFolder(Path socket) throws ProblemsException {
    if (isShared(socket) && Files.exists(sharedPlace(), LinkOption.NOFOLLOW_LINKS)) {
      makePrivate(sharedPlace(), "The control socket is not trusted:");
    }
  }

  private static boolean isShared(Path socket) {
    return sharedPlace().equals(socket.getParent());
  }

  private static void makePrivate(Path folder, String headline) throws ProblemsException {
    Optional<String> wrong;
    try {
      makeIfMissing(folder);
      wrong = distrust(folder, ownUser());
    } catch (IOException e) {
      wrong = Optional.of("the folder cannot be made: " + e);
    }
    if (wrong.isPresent()) {
      throw new ProblemsException(headline,
          List.of(new Problem("HST-003", folder.toString(), wrong.get(), REMEDY)));
    }
  }

  private static void makeIfMissing(Path folder) throws IOException {
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OURS_ALONE));
    } catch (FileAlreadyExistsException e) {
      // Whose it is, is seen next.
    }
  }

  /**
   * Why a folder is not for one user alone.
   *
   * @param user the id of that user
   * @return empty when it is
   */
  static Optional<String> distrust(Path folder, int user) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of("a link or file is in the place of the folder");
    }
    if (userId(folder) != user) {
      return Optional.of("the folder belongs to user " + Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS));
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
    if (!permissions.equals(OURS_ALONE)) {
      return Optional.of("the folder is " + PosixFilePermissions.toString(permissions) + ", not "
          + PosixFilePermissions.toString(OURS_ALONE) + ", so others may reach into it");
    }
    return Optional.empty();
  }

  /** The user of this process, as the file system sees it: a name may be missing, in a container for example. */
  static int ownUser() throws IOException {
    Path probe = Files.createTempFile("sluice-user-", "");
    try {
      return userId(probe);
    } finally {
      Files.delete(probe);
    }
  }

  private static int userId(Path file) throws IOException {
    return (Integer) Objects.requireNonNull(Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS));
  }
}
