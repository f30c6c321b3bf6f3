package org.sluice.distribution;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A command to run, without the Java settings of the test's own environment. */
final class Launch {
  static final Path HOME = Path.of("target/sluice").toAbsolutePath();
  static final Path STATE = Path.of("target/state").toAbsolutePath();
  static final Path SCRIPT = HOME.resolve("bin/sluice");

  private final List<String> command = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>(System.getenv());

  Launch(Path program, String... arguments) {
    command.add(program.toString());
    command.addAll(List.of(arguments));
    for (String inherited : List.of("JAVA_HOME", "SLUICE_JAVA_HOME", "JAVA_OPTS", "MAVEN_OPTS", "MAVEN_ARGS",
        "SLUICE_AOT", "SLUICE_LOG_LEVEL", "STATE_DIRECTORY", "JOURNAL_STREAM")) {
      environment.remove(inherited);
    }
    // All tests share a cache of classes, which the first host that one of them starts has made.
    environment.put("SLUICE_STATE", STATE.toString());
  }

  static Launch script(String... arguments) {
    return new Launch(SCRIPT, arguments);
  }

  Launch with(String variable, Object value) {
    environment.put(variable, value.toString());
    return this;
  }

  ProcessBuilder in(Path folder) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }
}
