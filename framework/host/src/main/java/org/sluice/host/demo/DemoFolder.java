package org.sluice.host.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The folder of one demo, gone when the demo ends, also by a signal. */
final class DemoFolder implements AutoCloseable {
  private static final long LARGE_BYTES = 100_000_000;
  private static final int BLOCK_BYTES = 1 << 20;

  private final Path path;
  private final Thread cleaning = new Thread(this::delete, "demo-cleaning");

  DemoFolder() throws IOException {
    path = Files.createTempDirectory("sluice-demo-");
    Runtime.getRuntime().addShutdownHook(cleaning);
  }

  Path path() {
    return path;
  }

  /** The modules of the JDK that runs, real data that is always there; a generated file where they are small. */
  Path largeFile() throws IOException {
    Path modules = Path.of(System.getProperty("java.home"), "lib", "modules");
    if (Files.isReadable(modules) && Files.size(modules) >= LARGE_BYTES) {
      return modules;
    }
    Path file = path.resolve("generated");
    SplittableRandom random = new SplittableRandom(1);
    byte[] block = new byte[BLOCK_BYTES];
    try (OutputStream stream = Files.newOutputStream(file)) {
      for (long written = 0; written < LARGE_BYTES; written += block.length) {
        random.nextBytes(block);
        stream.write(block);
      }
    }
    return file;
  }

  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(cleaning);
    } catch (IllegalStateException e) {
      // The process ends already, and the hook runs again on what is left.
      return;
    }
  }

  private void delete() {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(path)) {
      List<Path> entries = walk.sorted(Comparator.reverseOrder()).toList();
      for (Path entry : entries) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + path, e);
    }
  }
}
