package org.sluice.plugin.http.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.plugin.http.Status;

/** Which files can be had, and which not. */
class DocumentRootTest {
  @TempDir Path temp;
  private Path www;
  private DocumentRoot root;

  @BeforeEach
  void fill() throws IOException {
    Files.writeString(temp.resolve("secret"), "secret");
    Files.createDirectory(temp.resolve("secrets"));
    Files.writeString(temp.resolve("secrets/index.html"), "secret");
    www = temp.resolve("www");
    Files.createDirectories(www.resolve("sub/deep"));
    Files.writeString(www.resolve("a.txt"), "in a");
    Files.writeString(www.resolve("index.html"), "the index");
    Files.writeString(www.resolve("sub/deep/b"), "in b");
    root = new DocumentRoot(www, "index.html");
  }

  @Test
  void a_file_is_opened_with_its_name_size_and_time() throws Exception {
    Files.setLastModifiedTime(www.resolve("a.txt"), FileTime.from(1_234_567, TimeUnit.SECONDS));
    try (Document document = open("a.txt")) {
      assertThat(document.name()).isEqualTo("a.txt");
      assertThat(document.sizeBytes()).isEqualTo(4);
      assertThat(document.modifiedNs()).isEqualTo(1_234_567_000_000_000L);
      assertThat(read(document, 3, 1)).isEqualTo("a");
      assertThat(read(document, 0, 4)).isEqualTo("in a");
      assertThatThrownBy(() -> read(document, 2, 3)).isInstanceOf(EOFException.class);
    }
    assertThat(content("sub", "deep", "b")).isEqualTo("in b");
  }

  @Test
  void a_directory_is_its_index_and_has_to_be_asked_for_as_one() throws Exception {
    try (Document document = root.open(new PathName(List.of(), true))) {
      assertThat(document.name()).isEqualTo("index.html");
    }
    assertRefused(Status.MOVED_PERMANENTLY, false, "sub");
    assertRefused(Status.NOT_FOUND, true, "sub");
    assertRefused(Status.NOT_FOUND, true, "a.txt");
    Files.createDirectory(www.resolve("sub/index.html"));
    assertRefused(Status.NOT_FOUND, true, "sub");
  }

  @Test
  void what_is_not_there_is_not_found() {
    assertRefused(Status.NOT_FOUND, false, "b.txt");
    assertRefused(Status.NOT_FOUND, false, "a.txt", "b");
    assertRefused(Status.NOT_FOUND, false, "x".repeat(10_000));
    assertRefused(Status.NOT_FOUND, false, "..", "secret");
    assertRefused(Status.NOT_FOUND, false, "a\0b");
    assertRefused(Status.NOT_FOUND, false, "sub/deep", "b");
  }

  @Test
  void links_are_followed_below_the_root_and_not_out_of_it() throws Exception {
    Files.createSymbolicLink(www.resolve("inside"), Path.of("sub/deep"));
    Files.createSymbolicLink(www.resolve("file"), temp.resolve("secret"));
    Files.createSymbolicLink(www.resolve("folder"), temp.resolve("secrets"));
    Files.createSymbolicLink(www.resolve("up"), Path.of(".."));
    Files.createSymbolicLink(www.resolve("circle"), Path.of("circle"));
    Files.createSymbolicLink(www.resolve("sub/index.html"), temp.resolve("secret"));
    assertThat(content("inside", "b")).isEqualTo("in b");
    assertRefused(Status.NOT_FOUND, false, "file");
    assertRefused(Status.NOT_FOUND, true, "folder");
    assertRefused(Status.NOT_FOUND, false, "folder");
    assertRefused(Status.NOT_FOUND, false, "folder", "index.html");
    assertRefused(Status.NOT_FOUND, false, "up", "secret");
    assertRefused(Status.NOT_FOUND, false, "circle");
    assertRefused(Status.NOT_FOUND, true, "sub");
    assertThat(new DocumentRoot(www.resolve("inside"), "x").path()).isEqualTo(www.toRealPath().resolve("sub/deep"));
  }

  @Test
  void a_neighbour_whose_name_begins_like_the_root_is_outside() throws Exception {
    Files.createDirectory(temp.resolve("www2"));
    Files.writeString(temp.resolve("www2/x"), "secret");
    Files.createSymbolicLink(www.resolve("x"), temp.resolve("www2/x"));
    assertRefused(Status.NOT_FOUND, false, "x");
  }

  @Test
  void a_pipe_is_no_file_and_nobody_waits_for_its_writer() throws Exception {
    Process mkfifo = new ProcessBuilder("mkfifo", www.resolve("pipe").toString()).start();
    assumeTrue(mkfifo.waitFor() == 0);
    assertRefused(Status.NOT_FOUND, false, "pipe");
  }

  @Test
  void what_the_file_system_refuses_is_forbidden() throws Exception {
    Files.setPosixFilePermissions(www.resolve("a.txt"), Set.of());
    assumeFalse(Files.isReadable(www.resolve("a.txt")), "a user who may read all");
    assertRefused(Status.FORBIDDEN, false, "a.txt");
    Files.setPosixFilePermissions(www.resolve("sub"), PosixFilePermissions.fromString("---------"));
    assertRefused(Status.FORBIDDEN, false, "sub", "deep", "b");
    Files.setPosixFilePermissions(www.resolve("sub"), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void the_root_is_a_directory_that_is_there() {
    assertThatThrownBy(() -> new DocumentRoot(www.resolve("a.txt"), "x")).isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> new DocumentRoot(www.resolve("none"), "x")).isInstanceOf(IOException.class);
  }

  @Test
  void types_go_by_the_end_of_the_name() {
    assertThat(ContentTypes.of("a.HTML")).isEqualTo("text/html; charset=utf-8");
    assertThat(ContentTypes.of("a.tar.gz")).isEqualTo("application/gzip");
    assertThat(ContentTypes.of("README")).isEqualTo("application/octet-stream");
    assertThat(ContentTypes.of("a.")).isEqualTo("application/octet-stream");
  }

  private Document open(String... segments) throws Refusal, IOException {
    return root.open(new PathName(List.of(segments), false));
  }

  private String content(String... segments) throws Refusal, IOException {
    try (Document document = open(segments)) {
      return read(document, 0, (int) document.sizeBytes());
    }
  }

  private static String read(Document document, long at, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    document.seek(at);
    document.read(buffer);
    return new String(buffer.array(), StandardCharsets.UTF_8);
  }

  private void assertRefused(Status status, boolean directory, String... segments) {
    Refusal refusal = catchThrowableOfType(Refusal.class,
        () -> root.open(new PathName(List.of(segments), directory)));
    assertThat(refusal).as("%s", List.of(segments)).isNotNull();
    assertThat(refusal.status()).as("%s", List.of(segments)).isEqualTo(status);
  }
}
