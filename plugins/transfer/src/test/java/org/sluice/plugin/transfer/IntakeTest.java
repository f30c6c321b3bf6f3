package org.sluice.plugin.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeTest {
  @TempDir Path temp;
  private Path root;
  private Intake intake;

  @BeforeEach
  void open() throws IOException {
    root = temp.toRealPath().resolve("in");
    intake = new Intake(root, 300);
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", "/", "/etc/passwd", "//a", "a//b", "a/", "..", ".", "../a", "a/../../b", "a/..", "./a", "a/./b", "a\\b",
    "..\\a", "a\0b", "a\nb", "a\u007fb", "a\u0085b", "a.sluice-part", "a.sluice-part/b"
  })
  void a_name_that_could_lead_out_or_confuse_is_refused(String name) throws IOException {
    assertThatThrownBy(() -> intake.file(name))
        .isInstanceOfSatisfying(TransferException.class, e -> assertThat(e.reason()).isEqualTo(FailReason.NAME))
        .hasMessageMatching("[^\\p{Cntrl}]*");
    assertThatThrownBy(() -> intake.directory(name)).isInstanceOf(TransferException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a/b/c", "...", "..a", "a..", " ", "-rf", "~", "a b/c", "CON", "a:b", "*"})
  void any_other_name_is_taken_below_the_directory(String name) throws Exception {
    Path path = intake.file(name);
    assertThat(path).startsWithRaw(root).isNotEqualTo(root);
    Files.writeString(path, "x");
    assertThat(root.relativize(path).toString()).isEqualTo(name);
  }

  @Test
  void names_that_are_too_long_are_refused() throws Exception {
    assertThat(intake.file("x".repeat(255 - Intake.PART_SUFFIX.length()))).startsWithRaw(root);
    assertThatThrownBy(() -> intake.file("x".repeat(256 - Intake.PART_SUFFIX.length())))
        .hasMessageContaining("longer than");
    assertThatThrownBy(() -> intake.file("\u00fc".repeat(130))).hasMessageContaining("longer than");
    assertThatThrownBy(() -> intake.file("a/".repeat(150) + "b"))
        .isInstanceOfSatisfying(TransferException.class, e -> assertThat(e.reason()).isEqualTo(FailReason.LIMIT));
  }

  @Test
  void a_symbolic_link_is_not_followed() throws Exception {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Path secret = Files.writeString(outside.resolve("secret"), "keep");
    Files.createSymbolicLink(root.resolve("dir"), outside);
    Files.createSymbolicLink(root.resolve("inner"), root);
    Files.createSymbolicLink(root.resolve("file"), secret);
    Files.createSymbolicLink(root.resolve("part" + Intake.PART_SUFFIX), secret);
    Files.createSymbolicLink(root.resolve("dangling"), temp.resolve("nowhere"));

    for (String name : new String[] {"dir/x", "inner/x", "file", "file/x", "dangling", "dangling/x"}) {
      assertThatThrownBy(() -> intake.file(name)).as(name).isInstanceOf(TransferException.class);
    }
    assertThatThrownBy(() -> intake.directory("dir")).isInstanceOf(TransferException.class);
    assertThatThrownBy(() -> intake.directory("dangling")).isInstanceOf(TransferException.class);
    Message.Entry entry = new Message.Entry(Message.Kind.FILE, "part", 4, 0);
    assertThatThrownBy(() -> new IntakeFile(intake.file("part"), entry)).isInstanceOf(TransferException.class);
    assertThat(secret).hasContent("keep");
    assertThat(temp.resolve("nowhere")).doesNotExist();
    assertThat(outside).isDirectoryNotContaining("glob:**/x");
  }

  @Test
  void the_directory_itself_may_be_a_link() throws Exception {
    Files.createSymbolicLink(temp.resolve("link"), root);
    assertThat(new Intake(temp.resolve("link"), 100).file("a")).isEqualTo(root.resolve("a"));
  }

  @Test
  void what_is_no_file_is_not_replaced() throws Exception {
    intake.directory("a");
    assertThatThrownBy(() -> intake.file("a")).hasMessageContaining("no file");
    Files.writeString(root.resolve("b"), "x");
    assertThatThrownBy(() -> intake.file("b/c")).hasMessageContaining("link or file");
    assertThatThrownBy(() -> intake.directory("b")).hasMessageContaining("link or file");
  }

  @Test
  void no_sequence_of_names_reaches_outside() throws Exception {
    long seed = 42;
    SplittableRandom random = new SplittableRandom(seed);
    String[] parts = {"a", "b", "..", ".", "", "/", "\\", "...", "c\0", "a.sluice-part"};
    for (int i = 0; i < 5_000; i++) {
      StringBuilder name = new StringBuilder();
      for (int n = random.nextInt(6); n >= 0; n--) {
        name.append(parts[random.nextInt(parts.length)]).append(random.nextBoolean() ? "/" : "");
      }
      try {
        assertThat(intake.file(name.toString()).normalize()).as("seed %d, run %d", seed, i).startsWithRaw(root);
      } catch (TransferException e) {
        assertThat(e.text()).contains("refused");
      }
    }
    assertThat(temp).isDirectoryNotContaining(path -> !path.getFileName().toString().equals("in"));
  }
}
