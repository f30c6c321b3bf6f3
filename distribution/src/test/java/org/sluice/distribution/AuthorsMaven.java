package org.sluice.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Maven as a plugin's author runs it. It has a local repository of its own, so nothing of ours can come from anywhere
 * but the sdk that the POM names; third-party artifacts come from the repository this build used.
 */
final class AuthorsMaven {
  private static final Path LOCAL_REPOSITORY = Path.of("target/author-repository").toAbsolutePath();

  private AuthorsMaven() {}

  /** Makes the next build take the sdk as it is now. */
  static void forgetOurs() throws IOException {
    Path ours = LOCAL_REPOSITORY.resolve("org/sluice");
    if (!Files.isDirectory(ours)) {
      return;
    }
    try (Stream<Path> files = Files.walk(ours)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  static Outcome run(Path project, String... arguments) throws IOException, InterruptedException {
    Path settings = project.resolve("settings.xml");
    Files.writeString(settings, """
        <settings>
          <mirrors>
            <mirror><id>here</id><mirrorOf>central</mirrorOf><url>%s</url></mirror>
          </mirrors>
        </settings>
        """.formatted(Path.of(System.getProperty("maven.local.repository")).toUri()));
    String[] all = new String[arguments.length + 5];
    all[0] = "-B";
    all[1] = "-ntp";
    all[2] = "-s";
    all[3] = settings.toString();
    all[4] = "-Dmaven.repo.local=" + LOCAL_REPOSITORY;
    System.arraycopy(arguments, 0, all, 5, arguments.length);
    return Outcome.of(new Launch(Path.of(System.getProperty("maven.home"), "bin/mvn"), all), project);
  }
}
