package org.sluice.testkit.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.nic.CaptureNic;
import org.sluice.core.nic.CaptureSummary;
import org.sluice.core.nic.FaultNic;
import org.sluice.core.nic.FaultRule;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.testkit.nic.PcapngReader.Packet;
import org.sluice.testkit.runtime.AllocatedBytes;

/** What is in the file of a capture, read back. */
final class CaptureNicTest {
  private static final int INBOUND = 1;
  private static final int OUTBOUND = 2;

  /** Frames of 1514 bytes that the smallest ring holds. */
  private static final int IN_RING = 168;

  private static final long EPOCH_NS = 1_767_225_600_000_000_000L;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  Path folder;

  private final WireWorld w = new WireWorld(1, 2);

  private CaptureNic captured(List<FaultRule> rxRules, List<FaultRule> txRules, Map<String, String> options) {
    w.far = w.open("w:1", options);
    w.near = new FaultNic(w.open("w:0", options), w.world.workers(), rxRules, txRules, w.world.counters());
    CaptureNic nic = new CaptureNic(w.near, w.world.workers(), w.world.clock(), w.world.counters());
    w.near = nic;
    w.world.attach(nic);
    w.world.attach(w.far);
    return nic;
  }

  private Path start(CaptureNic nic, long maxBytes) {
    Path file = folder.resolve("capture.pcapng");
    try {
      nic.start(file, maxBytes, CaptureNic.MIN_RING_BYTES);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(nic.isCapturing()).isTrue();
    return file;
  }

  private static CaptureSummary stop(CaptureNic nic) {
    CaptureSummary summary = Objects.requireNonNull(nic.stop()).join();
    assertThat(summary.failure()).isNull();
    return summary;
  }

  @Test
  void frames_of_both_directions_are_in_the_file_with_their_times() throws IOException {
    CaptureNic nic = captured(List.of(), List.of(), WireWorld.options("delay", "1234567ns"));
    w.world.send(0, w.tx(), List.of(WireWorld.frame(99, 60)));
    Path file = start(nic, CaptureNic.DEFAULT_MAX_BYTES);
    w.world.advance(Duration.ofNanos(5_000));
    w.world.send(0, w.tx(), List.of(WireWorld.frame(1, 61), WireWorld.frame(2, 1_514)));
    w.world.send(1, w.near.txQueue(1), List.of(WireWorld.frame(3, 14 + 4)));
    w.world.send(0, w.far.txQueue(0), List.of(WireWorld.frame(4, 63)));
    w.world.advance(Duration.ofSeconds(1));
    CaptureSummary summary = stop(nic);
    w.world.send(0, w.tx(), List.of(WireWorld.frame(98, 60)));
    PcapngReader read = new PcapngReader(file);
    assertThat(read.interfaceName()).isEqualTo("wire/w:0");
    assertThat(new BigInteger(1, read.macAddress()).longValueExact()).isEqualTo(nic.macAddress());
    assertThat(read.packets().stream().map(p -> WireWorld.number(p.bytes()))).containsExactly(1, 2, 3, 4);
    assertThat(read.packets().stream().map(p -> p.bytes().length)).containsExactly(61, 1_514, 18, 63);
    assertThat(read.packets().stream().map(Packet::direction))
        .containsExactly(OUTBOUND, OUTBOUND, OUTBOUND, INBOUND);
    assertThat(read.packets().stream().map(p -> p.timeNs() - EPOCH_NS))
        .containsExactly(5_000L, 5_000L, 5_000L, 1_239_567L);
    assertThat(read.packets()).allMatch(p -> p.comments().isEmpty());
    assertThat(read.received()).isEqualTo(4);
    assertThat(read.dropped()).isZero();
    assertThat(summary).isEqualTo(new CaptureSummary(file, 4, Files.size(file), 0, 0, null));
  }

  @Test
  void what_was_dropped_has_a_comment_that_says_so() {
    CaptureNic nic = captured(List.of(FaultRule.nth(2)), List.of(FaultRule.nth(2)),
        WireWorld.options("loss", "30%", "seed", "5", "rate", "10mbit", "queue", "8"));
    Path file = start(nic, CaptureNic.DEFAULT_MAX_BYTES);
    assertThat(w.world.send(0, w.tx(), IntStream.range(0, 12).mapToObj(i -> WireWorld.frame(i, 100)).toList()))
        .isEqualTo(9);
    w.world.advance(Duration.ofSeconds(1));
    w.world.send(0, w.far.txQueue(0), IntStream.range(20, 24).mapToObj(i -> WireWorld.frame(i, 100)).toList());
    w.world.advance(Duration.ofSeconds(1));
    stop(nic);
    PcapngReader read = new PcapngReader(file);
    List<Packet> sent = read.packets().stream().filter(p -> p.direction() == OUTBOUND).toList();
    assertThat(sent).hasSize(12);
    assertThat(sent.get(1).comments()).containsExactly("dropped by a fault rule");
    assertThat(sent.subList(9, 12)).allMatch(
        p -> p.comments().equals(List.of("dropped: the transmit queue is full")));
    List<Packet> arrived = sent.stream().filter(p -> p.comments().isEmpty()).toList();
    assertThat(sent.stream().filter(p -> p.comments().equals(List.of("lost on the wire")))).hasSize(8 - arrived.size());
    assertThat(w.numbers().stream().filter(number -> number < 20).toList())
        .as("what has no comment has arrived")
        .isEqualTo(arrived.stream().map(p -> WireWorld.number(p.bytes())).toList())
        .hasSizeBetween(3, 7);
    List<Packet> received = read.packets().stream().filter(p -> p.direction() == INBOUND).toList();
    assertThat(received).hasSizeGreaterThan(1);
    assertThat(received.get(1).comments()).containsExactly("dropped by a fault rule");
    assertThat(w.numbers()).doesNotContain(WireWorld.number(received.get(1).bytes()));
  }

  @Test
  void the_file_stays_below_its_bound() throws IOException {
    CaptureNic nic = captured(List.of(), List.of(), Map.of());
    Path file = start(nic, 10_000);
    w.send(200, 100);
    CaptureSummary summary = stop(nic);
    PcapngReader read = new PcapngReader(file);
    assertThat(Files.size(file)).isBetween(9_800L, 10_000L).isEqualTo(summary.bytes());
    assertThat(read.packets()).hasSize((int) summary.frames());
    assertThat(IntStream.range(0, read.packets().size()).boxed().toList())
        .isEqualTo(read.packets().stream().map(p -> WireWorld.number(p.bytes())).toList());
    assertThat(summary.frames() + summary.unwritten()).isEqualTo(200);
    assertThat(w.world.count("capture.unwritten")).isEqualTo(summary.unwritten());
    assertThat(read.dropped()).isEqualTo(summary.unwritten());
  }

  @Test
  void what_the_writer_does_not_keep_up_with_is_missing_and_counted_and_nobody_waits() {
    CaptureNic nic = captured(List.of(), List.of(), WireWorld.options("frames", "4096"));
    Path file = start(nic, CaptureNic.DEFAULT_MAX_BYTES);
    // One burst is published as a whole, so that the writer cannot make room meanwhile.
    assertThat(w.world.send(0, w.tx(), Collections.nCopies(300, WireWorld.frame(1, 1_514)))).isEqualTo(300);
    assertThat(w.world.received()).hasSize(300);
    long missed = w.world.count("capture.missed");
    assertThat(missed).isEqualTo(300 - IN_RING);
    CaptureSummary summary = stop(nic);
    assertThat(summary.missed()).isEqualTo(missed);
    PcapngReader read = new PcapngReader(file);
    assertThat(read.packets()).hasSize(IN_RING);
    assertThat(read.dropped()).isEqualTo(missed);
  }

  @Test
  void a_gap_is_told_by_the_packet_behind_it() {
    CaptureNic nic = captured(List.of(), List.of(), WireWorld.options("frames", "4096"));
    Path file = start(nic, CaptureNic.DEFAULT_MAX_BYTES);
    w.world.send(0, w.tx(), Collections.nCopies(300, WireWorld.frame(1, 1_514)));
    int[] sent = {300};
    // The writer makes room in its own time; meanwhile more is missed.
    while (w.world.count("capture.missed") == sent[0] - IN_RING) {
      w.world.send(0, w.tx(), List.of(WireWorld.frame(2, 1_514)));
      sent[0]++;
      Thread.onSpinWait();
    }
    stop(nic);
    List<Packet> packets = new PcapngReader(file).packets();
    Packet behind = packets.get(IN_RING);
    assertThat(behind.comments()).containsExactly(w.world.count("capture.missed")
        + " frames before this one were not captured: the buffer was full");
  }

  @Test
  void a_checksum_that_was_left_to_the_card_is_right_in_the_file() {
    CaptureNic nic = captured(List.of(), List.of(), WireWorld.options("trusted", "true"));
    CaptureNic far = new CaptureNic(w.far, w.world.workers(), w.world.clock(), w.world.counters());
    w.world.detachAll();
    w.world.attach(nic);
    w.world.attach(far);
    Path sentFile = start(nic, CaptureNic.DEFAULT_MAX_BYTES);
    Path receivedFile = folder.resolve("far.pcapng");
    try {
      far.start(receivedFile, CaptureNic.DEFAULT_MAX_BYTES, CaptureNic.MIN_RING_BYTES);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    byte[] right = IpFrames.udp(7);
    byte[] open = right.clone();
    open[IpFrames.L4_OFFSET + 6] = (byte) (IpFrames.pseudoSum() >>> 8);
    open[IpFrames.L4_OFFSET + 7] = (byte) IpFrames.pseudoSum();
    w.world.on(0, () -> {
      PacketBatch batch = new PacketBatch(1);
      NicWorld.add(batch, w.tx(), open);
      batch.requestChecksum(0, IpFrames.L4_OFFSET, 6);
      w.tx().transmit(batch);
    });
    w.world.advance(WireWorld.LONG);
    stop(nic);
    stop(far);
    assertThat(w.world.received().getFirst().bytes()).as("what crosses the wire is not touched").isEqualTo(open);
    assertThat(new PcapngReader(sentFile).packets().getFirst().bytes()).isEqualTo(right);
    assertThat(new PcapngReader(receivedFile).packets().getFirst().bytes()).isEqualTo(right);
  }

  @Test
  void a_capture_runs_once_at_a_time_and_ends_with_its_card() {
    CaptureNic nic = captured(List.of(), List.of(), Map.of());
    assertThat(nic.stop()).isNull();
    assertThatThrownBy(() -> nic.start(folder.resolve("no/such"), 1 << 20, CaptureNic.MIN_RING_BYTES))
        .isInstanceOf(IOException.class);
    start(nic, CaptureNic.DEFAULT_MAX_BYTES);
    assertThatThrownBy(() -> nic.start(folder.resolve("b"), 1 << 20, CaptureNic.MIN_RING_BYTES))
        .isInstanceOf(IllegalStateException.class).hasMessage("a capture of wire/w:0 runs already");
    stop(nic);
    Path again = start(nic, CaptureNic.DEFAULT_MAX_BYTES);
    stop(nic);
    assertThat(new PcapngReader(again).packets()).isEmpty();
    w.world.on(0, nic::close);
    assertThat(nic.isCapturing()).isFalse();
    assertThatThrownBy(() -> nic.start(folder.resolve("b"), 1 << 20, CaptureNic.MIN_RING_BYTES))
        .isInstanceOf(IllegalStateException.class).hasMessage("wire/w:0 is closed");
  }

  @Test
  void capturing_allocates_nothing_on_the_worker() {
    CaptureNic nic = captured(List.of(), List.of(), Map.of());
    start(nic, 1 << 20);
    w.world.detachAll();
    PacketBatch batch = new PacketBatch(64);
    w.world.on(0, () -> assertThat(AllocatedBytes.leastOf(() -> {
      for (int i = 0; i < 1_000; i++) {
        batch.add(w.tx().pool(), w.tx().pool().allocate(), 60, 0);
        w.tx().transmit(batch);
        w.tx().flush();
        w.far.rxQueue(0).receive(batch, 4);
        batch.pool(0).release(batch.offset(0));
        batch.clear();
      }
    })).isZero());
    stop(nic);
  }
}
