package org.sluice.plugin.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.ip.IpLimits;
import org.sluice.core.ip.PingListener;
import org.sluice.core.ip.PingRequest;
import org.sluice.core.ip.PingSummary;
import org.sluice.core.runtime.StackWorker;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Timer;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;

/** A receive ring that is never empty: whatever else its worker has to do goes on, turn by turn. */
class AfXdpOverloadTest {
  private static final int BURST = IpLimits.DEFAULT.packetsPerQueue();
  private static final int TURNS = 2_000;
  private static final int PINGS = 50;
  /** Two ticks of the timers. */
  private static final long TURN_NS = 200_000;
  private static final long MILLISECOND_NS = 1_000_000;

  private final FakeKernel kernel = new FakeKernel().cable("a", "b", 1, 1500);
  private final Simulation flooded = new Simulation(1, 0);
  private final Simulation peer = flooded.another("peer-", 0);
  private final StackWorker worker = flooded.stack().worker(0);

  private static final class Nobody implements PingListener {
    @Override
    public void onReply(int sequence, int bytes, int hops, long rttNs) {}

    @Override
    public void onFailure(int sequence, String why) {
      throw new AssertionError(why);
    }

    @Override
    public boolean isCancelled() {
      return false;
    }
  }

  @BeforeEach
  void open() {
    open(flooded, "a", "10.0.0.2/24");
    open(peer, "b", "10.0.0.3/24");
  }

  private void open(Simulation of, String device, String address) {
    TestHost host = of.host("nic-afxdp", Map.of());
    of.await(() -> host.scope().registerNicDriver(new AfXdpDriver(host, kernel)));
    // Polled, so that the flood comes right before each look.
    var _ = of.await(() -> of.stack().network().addInterface("af_xdp", "xdp0",
        Map.of("interface", device, "rx-ring", "256", "tx-ring", "64", "busy-poll-us", "50")));
    var _ = of.await(() -> of.stack().network().addAddress("xdp0", IpPrefix.parse(address)));
  }

  private long count(String name) {
    long[] found = {-1};
    flooded.stack().counters().forEach((full, counter) -> {
      if (full.endsWith(name)) {
        found[0] = counter.value();
      }
    });
    assertThat(found[0]).as(name).isNotNegative();
    return found[0];
  }

  /** To our hardware address; UDP that nobody serves, or a protocol that nobody knows. */
  private static byte[] frame(String kind) {
    byte[] bytes = DriverWorld.udp(0);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).putInt(0, 0x0200_0000).putShort(4, (short) 1);
    if (kind.equals("udp")) {
      int sum = 0;
      for (int i = 14; i < 34; i += 2) {
        sum += buffer.getShort(i) & 0xffff;
      }
      buffer.putShort(24, (short) ~(sum + (sum >>> 16)));
    } else {
      buffer.putShort(12, (short) 0x88b5);
    }
    return bytes;
  }

  private CompletableFuture<PingSummary> ping(int count) {
    return flooded.stack().ip().ping(new PingRequest(IpAddress.parse("10.0.0.3"), IpAddress.ANY_IP4, 0, -1, count, 56,
        MILLISECOND_NS, 10 * MILLISECOND_NS), new Nobody());
  }

  /** Each turn takes one burst. A ping sends by timers of its own; its answers stand in the ring behind the flood. */
  @ParameterizedTest
  @CsvSource({"udp, ip.drop.unknown-protocol", "unknown, link.drop.unknown-type"})
  void a_ring_that_is_always_full_keeps_a_worker_from_nothing(String kind, String drops) {
    FakeSocket ring = kernel.socketOf("a", 0);
    // So that its hardware address is known; the first of the flood take the chunks that its answers would go to.
    CompletableFuture<PingSummary> first = ping(1);
    while (!first.isDone()) {
      turn();
    }
    assertThat(first.join().received()).isEqualTo(1);
    Timer timer = worker.newTimer(_ -> {});
    long dropped = count(drops);
    ring.flood(frame(kind), 1_000_000);
    turn();
    turn();
    CompletableFuture<PingSummary> ping = ping(PINGS);
    long turnsBefore = worker.turnCount() / 2;
    long receivedBefore = count("link.received");
    for (int i = 0; i < TURNS; i++) {
      flooded.on(0, () -> timer.schedule(worker.nowNs()));
      CompletableFuture<Boolean> control = flooded.stack().workers().query(0, () -> true);
      turn();
      assertThat(control).as("what others ask is answered in the next turn").isDone();
      assertThat(timer.isScheduled()).as("what is due is done in the next turn").isFalse();
      flooded.runtime().clock().advance(Duration.ofNanos(TURN_NS));
    }
    long turns = worker.turnCount() / 2 - turnsBefore;
    assertThat(count("link.received") - receivedBefore).as("a burst each turn, no more, no less")
        .isBetween(BURST * (turns - 2), BURST * turns);
    assertThat(ping).as("as it would without the flood").succeedsWithin(Duration.ZERO)
        .extracting(PingSummary::received).isEqualTo(PINGS);
    ring.flood(new byte[0], 0);
    flooded.run();
    assertThat(ring.dropped).isPositive();
    assertThat(ring.poured).as("dropped by the kernel, or by the stack")
        .isEqualTo(ring.dropped + count(drops) - dropped);
  }

  /** Turns everybody until the flooded worker has had its turn. Packets wake the peer, as poll(2) would. */
  private void turn() {
    peer.on(0, () -> {});
    for (long before = worker.turnCount(); worker.turnCount() == before; ) {
      assertThat(flooded.runtime().step()).as("somebody is awake").isTrue();
    }
  }
}
