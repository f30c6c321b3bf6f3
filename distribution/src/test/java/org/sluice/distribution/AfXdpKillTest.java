package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host with a card that is ended in the midst of it: the interface is the kernel's at once. */
class AfXdpKillTest {
  private static final long DEADLINE_SECONDS = 30;
  /** The driver tries a queue that is busy again every 20 ms. */
  private static final int TRIES_OF_A_SECOND = 50;
  private static final Pattern BUSY = Pattern.compile("nic-afxdp\\.bind\\.busy +([0-9,]+)");

  @TempDir Path folder;
  private @Nullable HostOnVeth link;

  @BeforeEach
  void make() throws Exception {
    link = HostOnVeth.make("kill");
    Files.write(folder.resolve("data"), new byte[60_000_000]);
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

  private Process download() {
    return link().kernel().start("curl", "-sS", "--limit-rate", "20M", "-o", folder.resolve("downloaded").toString(),
        "http://" + HostOnVeth.ADDRESS + "/data");
  }

  /** Waits until some of the file has come. */
  private void awaitData(Process download) throws Exception {
    Path file = folder.resolve("downloaded");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!Files.exists(file) || Files.size(file) == 0) {
      // The wait for the process to end is what paces the looks.
      boolean ended = download.waitFor(5, TimeUnit.MILLISECONDS);
      assertThat(!ended && System.nanoTime() - deadline < 0).as("nothing came").isTrue();
    }
  }

  private void killUnderLoad(RunningHost host) throws Exception {
    assertThat(link().stack().show()).contains("xdp");
    Process download = download();
    awaitData(download);
    host.kill();
    assertThat(link().stack().show()).as("no program is left").doesNotContain("xdp");
    download.destroyForcibly().waitFor();
    Files.delete(folder.resolve("downloaded"));
  }

  private void assertServes() throws Exception {
    Process download = download();
    awaitData(download);
    download.destroyForcibly().waitFor();
  }

  @Test
  void after_kill_9_under_load_the_interface_is_the_kernels_and_a_new_host_can_have_it() throws Exception {
    try (RunningHost host = link().start(folder, folder)) {
      killUnderLoad(host);
    }
    String address = HostOnVeth.ADDRESS + "/24";
    link().stack().address(address);
    assertThat(link().kernel().run("ping", "-c", "3", "-i", "0.01", "-W", "5", HostOnVeth.ADDRESS))
        .contains(" 0% packet loss");
    link().stack().namespace().ip("addr", "del", address, "dev", link().stack().device());
    long startNs = System.nanoTime();
    try (RunningHost _ = link().start(folder, folder)) {
      long openNs = System.nanoTime();
      assertServes();
      System.out.printf(Locale.ROOT, "AF_XDP: a new host had the card %.0f ms after its start, and the first byte was "
          + "there %.0f ms later%n", (openNs - startNs) / 1e6, (System.nanoTime() - openNs) / 1e6);
    }
  }

  /** The other one runs already, so that it comes for the card while the kernel still takes the old socket down. */
  @Test
  void after_kill_9_under_load_the_card_is_free_within_a_second_and_another_host_serves() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    try (RunningHost other = RunningHost.start(elsewhere)) {
      RunningHost host = link().start(folder, folder);
      killUnderLoad(host);
      long killedNs = System.nanoTime();
      link().serve(other, "namespace=" + link().stack().place(), folder);
      long openNs = System.nanoTime();
      assertServes();
      long servedNs = System.nanoTime();
      Matcher busy = BUSY.matcher(other.ask("show counters all nic-afxdp"));
      assertThat(busy.find()).isTrue();
      int tries = Integer.parseInt(busy.group(1));
      System.out.printf(Locale.ROOT, "AF_XDP: after kill -9 the card was open in %.0f ms (%d tries too early), and the "
          + "first byte was there %.0f ms later%n", (openNs - killedNs) / 1e6, tries, (servedNs - openNs) / 1e6);
      assertThat(tries).as("the card was free within a second").isLessThan(TRIES_OF_A_SECOND);
    }
  }
}
