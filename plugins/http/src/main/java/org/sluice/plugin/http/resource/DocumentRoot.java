package org.sluice.plugin.http.resource;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.http.Status;

/**
 * The directory that is served, and the gate that every path has to pass: nothing outside of it is opened. Symbolic
 * links are followed where they lead to something below the root. Whether they do is decided first, on the path without
 * links; that path is then opened step by step from the root, and a link that somebody has put into it meanwhile is
 * followed no more.
 */
public final class DocumentRoot {
  private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  /** A file that is replaced more often than that while it is opened is no file to send. */
  private static final int ATTEMPTS = 3;

  private final Path root;
  private final String index;

  /**
   * Serves a directory.
   *
   * @param directory must exist
   * @param index the file that stands for a directory
   */
  public DocumentRoot(Path directory, String index) throws IOException {
    root = directory.toRealPath();
    this.index = index;
    if (!Files.isDirectory(root)) {
      throw new NotDirectoryException(directory.toString());
    }
  }

  /** Where it is, without links. */
  public Path path() {
    return root;
  }

  /**
   * Opens the file of that name.
   *
   * @throws Refusal NOT_FOUND, FORBIDDEN, or MOVED_PERMANENTLY for a directory that was not asked for as one
   * @throws IOException when it is there but cannot be used
   */
  public Document open(PathName name) throws Refusal, IOException {
    try {
      return openBelow(root.relativize(find(name)));
    } catch (AccessDeniedException e) {
      throw new Refusal(Status.FORBIDDEN);
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw new Refusal(Status.NOT_FOUND);
    }
  }

  private Path find(PathName name) throws Refusal, IOException {
    Path real = real(resolve(name.segments()));
    if (!Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS)) {
      if (name.isDirectory()) {
        throw new Refusal(Status.NOT_FOUND);
      }
      return real;
    }
    if (!name.isDirectory()) {
      throw new Refusal(Status.MOVED_PERMANENTLY);
    }
    return real(child(real, index));
  }

  private Path resolve(List<String> segments) throws Refusal {
    Path path = root;
    for (String segment : segments) {
      path = child(path, segment);
    }
    return path;
  }

  private static Path child(Path parent, String name) throws Refusal {
    try {
      Path child = parent.resolve(name);
      if (parent.equals(child.getParent())) {
        return child;
      }
    } catch (InvalidPathException e) {
      // The file system's character set or rules cannot express it.
    }
    throw new Refusal(Status.NOT_FOUND);
  }

  private Path real(Path path) throws Refusal, AccessDeniedException {
    try {
      Path real = path.toRealPath();
      if (real.startsWith(root)) {
        return real;
      }
    } catch (AccessDeniedException e) {
      throw e;
    } catch (IOException e) {
      // Not there, below a file, a name too long, a circle of links.
    }
    throw new Refusal(Status.NOT_FOUND);
  }

  private Document openBelow(Path relative) throws Refusal, IOException {
    try (DirectoryStream<Path> top = Files.newDirectoryStream(root)) {
      if (top instanceof SecureDirectoryStream<Path> directory) {
        return descend(directory, relative, 0);
      }
    }
    // No such calls here: what is left is a moment between the look at the path and the opening.
    Path path = root.resolve(relative);
    return open(Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS),
        () -> Files.newByteChannel(path, READ), relative);
  }

  private static Document descend(SecureDirectoryStream<Path> directory, Path relative, int level)
      throws Refusal, IOException {
    Path name = relative.getName(level);
    if (level < relative.getNameCount() - 1) {
      try (SecureDirectoryStream<Path> next = directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
        return descend(next, relative, level + 1);
      }
    }
    return open(directory.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS),
        () -> directory.newByteChannel(name, READ), relative);
  }

  @FunctionalInterface
  private interface Opening {
    SeekableByteChannel open() throws IOException;
  }

  /** Opens only regular files: opening a pipe would wait for a writer. Size and time are those of what is open. */
  private static Document open(@Nullable BasicFileAttributeView view, Opening opening, Path relative)
      throws Refusal, IOException {
    BasicFileAttributeView attributes = Objects.requireNonNull(view);
    for (int i = 0; i < ATTEMPTS; i++) {
      BasicFileAttributes before = attributes.readAttributes();
      if (!before.isRegularFile()) {
        throw new Refusal(Status.NOT_FOUND);
      }
      Document document = verified(relative, opening.open(), before, attributes);
      if (document != null) {
        return document;
      }
    }
    throw new IOException(relative + " is replaced all the time");
  }

  /** What is open, unless it is no longer what stood there before; then null. */
  private static @Nullable Document verified(Path relative, SeekableByteChannel channel, BasicFileAttributes before,
      BasicFileAttributeView attributes) throws IOException {
    boolean same = false;
    try {
      BasicFileAttributes after = attributes.readAttributes();
      same = Objects.equals(before.fileKey(), after.fileKey());
      return same ? new Document(String.valueOf(relative.getFileName()), channel, after) : null;
    } finally {
      if (!same) {
        channel.close();
      }
    }
  }
}
