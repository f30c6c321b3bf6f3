package org.sluice.distribution.walls;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The checkout the build runs in: its modules, their compiled classes, and the files in it. */
final class SourceTree {
  static final Path ROOT = root();

  private static final Set<String> NOT_OURS = Set.of("target", ".git", ".idea", ".settings", ".vscode", "results");

  private SourceTree() {}

  private static Path root() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("framework/spi/pom.xml"))) {
        return folder;
      }
    }
    throw new IllegalStateException("No framework/spi/pom.xml above " + Path.of("").toAbsolutePath());
  }

  /** Folders that have a POM and sources of the kind given, for example {@code framework/spi}. */
  static List<Path> modules(String sources) {
    return files().stream()
        .filter(file -> file.endsWith("pom.xml"))
        .map(Path::getParent)
        .filter(folder -> Files.isDirectory(folder.resolve("src").resolve(sources).resolve("java")))
        .toList();
  }

  /** All files that are not products of a build or a tool. */
  static List<Path> files() {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
          boolean ours = folder.equals(ROOT) || !NOT_OURS.contains(folder.getFileName().toString());
          return ours ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
          files.add(file);
          return FileVisitResult.CONTINUE;
        }
      });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files.stream().sorted().toList();
  }

  /** What the main sources of all modules were compiled to, but for benchmarks and fuzz targets: they are consumers. */
  static JavaClasses mainClasses() {
    return classes("main", "target/classes");
  }

  static JavaClasses testClasses() {
    return classes("test", "target/test-classes");
  }

  private static JavaClasses classes(String sources, String folder) {
    List<Path> folders = new ArrayList<>();
    for (Path module : modules(sources)) {
      Path classes = module.resolve(folder);
      if (!module.endsWith("benchmarks") && !module.endsWith("fuzz") && Files.isDirectory(classes)) {
        folders.add(classes);
      }
    }
    return new ClassFileImporter().importPaths(folders);
  }
}
