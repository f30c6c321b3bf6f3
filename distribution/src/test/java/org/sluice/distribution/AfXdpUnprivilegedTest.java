package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A host of another user than root, with the capabilities that {@code docs/afxdp.md} names, in the namespace of its
 * card: it serves. Without one of them the card does not open, the error names it, and nothing is left behind.
 */
class AfXdpUnprivilegedTest {
  private static final String NOBODY = "65534";
  /** Less than a card takes, unless its rings are small. */
  private static final String LITTLE = "8388608";
  private static final String OPEN = "interface add af_xdp net0 interface=sla trust-partial-checksums=on";
  /** For what this test does not do. */
  private static final String OTHERS = "CAP_SYS_ADMIN";
  private static final long DEADLINE_SECONDS = 30;

  @TempDir Path folder;
  private @Nullable HostOnVeth link;

  /** What a process has open of the kernel's that a card has too: sockets, BPF maps, programs and links. */
  private static Set<String> open(RunningHost host) throws IOException {
    Set<String> targets = new HashSet<>();
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(host.pid()), "fd"))) {
      for (Path one : open.toList()) {
        String target = target(one);
        if (target.startsWith("socket:") || target.contains("bpf")) {
          targets.add(target);
        }
      }
    }
    return targets;
  }

  /** Empty when it has been closed meanwhile. */
  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "";
    }
  }

  /** The folder and what is in it belong to nobody; the distribution too, in case others may not read where it is. */
  @BeforeEach
  void make() throws Exception {
    link = HostOnVeth.make("plain");
    copy(Launch.HOME, folder.resolve("sluice"));
    Files.write(folder.resolve("data"), new byte[5_000_000]);
    Outcome outcome = Outcome.of(new Launch(Path.of("chown"), "-R", NOBODY + ":" + NOBODY, folder.toString()));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(from, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path one, BasicFileAttributes attributes) throws IOException {
        Files.createDirectories(to.resolve(from.relativize(one)));
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path one, BasicFileAttributes attributes) throws IOException {
        Files.copy(one, to.resolve(from.relativize(one)));
        return FileVisitResult.CONTINUE;
      }
    });
  }

  @AfterEach
  void remove() {
    if (link != null) {
      link.close();
    }
  }

  private HostOnVeth link() {
    return Objects.requireNonNull(link);
  }

  /** What the section about that names. */
  private static List<String> documented() throws IOException {
    String page = Files.readString(Path.of("../docs/afxdp.md"));
    String section = page.substring(page.indexOf("## What it needs"));
    return Pattern.compile("CAP_[A-Z_]+").matcher(section.substring(0, section.indexOf("\n## ", 1))).results()
        .map(found -> found.group()).distinct().filter(name -> !name.equals(OTHERS)).toList();
  }

  private List<String> plain(List<String> capabilities, String lockedBytes) {
    String set = "-all" + capabilities.stream().map(name -> ",+" + name.substring("CAP_".length()))
        .map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.joining());
    return List.of("ip", "netns", "exec", link().stack().place(), "prlimit", "--memlock=" + lockedBytes, "setpriv",
        "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--no-new-privs", "--inh-caps=" + set,
        "--ambient-caps=" + set, "--bounding-set=" + set);
  }

  private RunningHost start(List<String> capabilities, String lockedBytes) throws Exception {
    return RunningHost.start(plain(capabilities, lockedBytes), folder.resolve("sluice/bin/sluice"), folder);
  }

  private static String status(RunningHost host, String key) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(host.pid()), "status")).stream()
        .filter(line -> line.startsWith(key + ":")).findFirst().orElseThrow().substring(key.length() + 1).strip();
  }

  private void assertServes() {
    assertThat(link().kernel().run("ping", "-c", "20", "-i", "0.01", "-W", "5", HostOnVeth.ADDRESS))
        .contains(" 0% packet loss");
    assertThat(link().kernel().run("sh", "-c", "curl -sS -f http://" + HostOnVeth.ADDRESS + "/data | wc -c"))
        .isEqualTo("5000000\n");
  }

  @Test
  void with_the_capabilities_that_the_documentation_names_a_host_of_nobody_serves() throws Exception {
    List<String> capabilities = documented();
    assertThat(capabilities).contains("CAP_NET_RAW", "CAP_IPC_LOCK");
    try (RunningHost host = start(capabilities, LITTLE)) {
      assertThat(status(host, "Uid")).doesNotContainPattern("\\b0\\b");
      assertThat(Long.bitCount(Long.parseLong(status(host, "CapEff"), 16)))
          .isEqualTo(capabilities.size());
      Outcome elsewhere = host.type("interface add af_xdp net1 interface=slb namespace=" + link().kernel().name());
      assertThat(elsewhere.exitCode()).isEqualTo(1);
      assertThat(elsewhere.output()).contains("EPERM", "CAP_SYS_ADMIN");
      link().serve(host, "", folder);
      assertServes();
      Outcome second = host.type("interface add af_xdp net1 interface=sla replace=on");
      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.output()).contains("EPERM", "CAP_SYS_ADMIN");
      assertServes();
      assertThat(host.stop().output()).doesNotContain("Exception");
      assertThat(link().stack().show()).doesNotContain("xdp");
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "CAP_NET_RAW   | socket(AF_XDP): EPERM",
      "CAP_NET_ADMIN | EPERM",
      "CAP_BPF       | bpf(BPF_MAP_CREATE): EPERM",
      "CAP_IPC_LOCK  | setsockopt(XDP_UMEM_REG): ENOBUFS"})
  void without_one_of_them_the_error_names_it_and_nothing_is_left(String missing, String error) throws Exception {
    List<String> capabilities = new ArrayList<>(documented());
    assertThat(capabilities.remove(missing)).isTrue();
    try (RunningHost host = start(capabilities, LITTLE)) {
      Set<String> before = open(host);
      Outcome outcome = host.type(OPEN);
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.output()).contains("af_xdp on sla: ", error, missing);
      assertThat(link().stack().show()).as("no program is left").doesNotContain("xdp");
      // The command's own socket goes a moment later.
      long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
      while (!before.containsAll(open(host)) && System.nanoTime() - deadlineNs < 0) {
        Thread.onSpinWait();
      }
      assertThat(before).containsAll(open(host));
      assertThat(host.ask("show interface")).doesNotContain("net0");
    }
  }

  @Test
  void a_card_whose_memory_may_be_locked_needs_no_capability_for_that() throws Exception {
    List<String> capabilities = new ArrayList<>(documented());
    capabilities.remove("CAP_IPC_LOCK");
    try (RunningHost host = start(capabilities, LITTLE)) {
      link().serve(host, "rx-ring=256 tx-ring=256", folder);
      assertServes();
    }
  }
}
