package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sluice.testkit.script.PacketScript;
import org.sluice.testkit.script.ScriptFailure;
import org.sluice.testkit.script.ScriptRunner;

/**
 * Runs all packet scripts, grouped by RFC. {@code -Dsluice.scripts=rfc9293/3.5} runs those whose path contains that.
 * {@code pending.txt} lists those that TCP does not follow yet, each with the reason.
 */
class TcpScriptsTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "scripts");
  private static final String ENDING = ".pkt";
  private static final int LEAST = 150;

  private final ScriptRunner runner = new ScriptRunner(TcpTransport::new, Settings.with("pacing", false));

  @TestFactory
  Stream<DynamicTest> scripts() {
    Map<String, String> pending = pending();
    String wanted = System.getProperty("sluice.scripts", "");
    return files().stream().filter(name -> name.contains(wanted))
        .map(name -> DynamicTest.dynamicTest(name, FOLDER.resolve(name).toUri(), () -> run(name, pending.get(name))));
  }

  private void run(String name, @Nullable String reason) {
    PacketScript script = read(name);
    if (reason == null) {
      runner.run(script);
      return;
    }
    try {
      runner.run(script);
    } catch (ScriptFailure e) {
      Assumptions.abort(reason + "; " + e.getMessage());
    }
    throw new AssertionError("it passes: take it out of pending.txt");
  }

  @Test
  void there_are_enough_scripts_and_each_says_which_rule_it_shows() {
    List<String> files = files();
    assertThat(files).hasSizeGreaterThanOrEqualTo(LEAST);
    assertThat(files).containsAll(pending().keySet());
    for (String name : files) {
      String number = name.substring("rfc".length(), name.indexOf('/'));
      assertThat(text(name)).as(name).startsWith("# RFC " + number + " section ");
    }
  }

  private static PacketScript read(String name) {
    return PacketScript.parse(name, text(name), file -> text("common/" + file + ".inc"));
  }

  private static List<String> files() {
    try (Stream<Path> found = Files.walk(FOLDER)) {
      return found.filter(file -> file.toString().endsWith(ENDING)).map(file -> FOLDER.relativize(file).toString())
          .sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> pending() {
    Map<String, String> pending = new TreeMap<>();
    text("pending.txt").lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
      String[] parts = line.split("\\s+", 2);
      pending.put(parts[0], parts[1]);
    });
    return pending;
  }

  private static String text(String name) {
    try {
      return Files.readString(FOLDER.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
