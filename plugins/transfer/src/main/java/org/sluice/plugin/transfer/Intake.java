package org.sluice.plugin.transfer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * The directory that a receiver writes to, and the gate that every received name has to pass: nothing is made or
 * changed outside of the directory. Symbolic links below it are never followed. Another process that may write to the
 * directory could put a link there between check and use: do not share it with those you do not trust.
 */
final class Intake {
  /** The end of the name of a file that is not complete. */
  static final String PART_SUFFIX = ".sluice-part";

  private static final int MAX_COMPONENT_BYTES = 255 - PART_SUFFIX.length();

  private final Path root;
  private final int maxNameBytes;

  /** Makes the directory when it is not there. */
  Intake(Path directory, int maxNameBytes) throws IOException {
    Files.createDirectories(directory);
    root = directory.toRealPath();
    this.maxNameBytes = maxNameBytes;
  }

  Path root() {
    return root;
  }

  /** Where a file of that name goes; its directories are there afterwards. */
  Path file(String name) throws IOException, TransferException {
    Path path = descend(name);
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(name, "something that is no file has that name");
    }
    return path;
  }

  /** Makes a directory. */
  void directory(String name) throws IOException, TransferException {
    makeDirectory(descend(name), name);
  }

  private Path descend(String name) throws IOException, TransferException {
    List<String> components = components(name);
    Path path = root;
    for (String component : components.subList(0, components.size() - 1)) {
      path = child(path, component, name);
      makeDirectory(path, name);
    }
    return child(path, components.getLast(), name);
  }

  private List<String> components(String name) throws TransferException {
    if (name.getBytes(StandardCharsets.UTF_8).length > maxNameBytes) {
      throw new TransferException(
          FailReason.LIMIT, "a name is longer than " + maxNameBytes + " bytes (plugins.transfer.limit.name-bytes)");
    }
    List<String> components = List.of(name.split("/", -1));
    for (String component : components) {
      check(component, name);
    }
    return components;
  }

  private static void check(String component, String name) throws TransferException {
    if (component.isEmpty()) {
      throw refused(name, "a part of it is empty or it is absolute");
    }
    if (component.equals(".") || component.equals("..")) {
      throw refused(name, "it contains " + component);
    }
    if (component.chars().anyMatch(c -> Character.isISOControl(c) || c == '\\')) {
      throw refused(name, "it contains a control character or a backslash");
    }
    if (component.endsWith(PART_SUFFIX)) {
      throw refused(name, PART_SUFFIX + " is for files that are not complete");
    }
    if (component.getBytes(StandardCharsets.UTF_8).length > MAX_COMPONENT_BYTES) {
      throw refused(name, "a part of it is longer than " + MAX_COMPONENT_BYTES + " bytes");
    }
  }

  private Path child(Path parent, String component, String name) throws TransferException {
    try {
      Path child = parent.resolve(component);
      if (parent.equals(child.getParent()) && child.startsWith(root)) {
        return child;
      }
    } catch (InvalidPathException e) {
      // The file system's character set or rules cannot express it: refused below.
    }
    throw refused(name, "it is no file name here");
  }

  private static void makeDirectory(Path path, String name) throws IOException, TransferException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(name, "a link or file has the name of a directory of it");
    }
    Files.createDirectory(path);
  }

  private static TransferException refused(String name, String why) {
    String shown = name.replaceAll("\\p{Cntrl}", "?");
    return new TransferException(FailReason.NAME, "name '" + shown + "' is refused: " + why);
  }
}
