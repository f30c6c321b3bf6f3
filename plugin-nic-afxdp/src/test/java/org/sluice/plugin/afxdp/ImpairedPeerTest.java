package org.sluice.plugin.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testkit.kernel.RootTests;

/**
 * Transfers between the stack and this host's kernel over a bridge with a round trip of 1 ms that loses, doubles and
 * reorders, captured beside the kernel.
 */
class ImpairedPeerTest {
  private static final int MEGABYTES = Integer.getInteger("sluice.impaired.megabytes", 5);
  private static final int SINK_PORT = 9;
  private static final int SOURCE_PORT = 19;
  private static final int PATIENCE_MS = 60_000;

  /**
   * The longest silence between two segments of a transfer. Both sides wait at least 200 ms for an acknowledgement, and
   * twice as long each time that the same segment gets none: 6.2 s are five times in a row, which the worst of these
   * bridges does once in ten thousand timeouts.
   */
  private static final double STALL_SECONDS = 6.5;
  private static final double STALL_WITHOUT_LOSS_SECONDS = 1;

  @TempDir Path folder;

  @BeforeEach
  void root() {
    RootTests.require("dumpcap", "tshark", "ethtool");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5})
  void transfers_both_ways_are_whole_and_each_packet_is_right(int lossPercent) throws Exception {
    Payload payload = new Payload(MEGABYTES * 1_000_000L);
    String digest = payload.digest();
    Map<String, String> wire = Map.of("delay", "500us", "loss", lossPercent + "%", "duplicate", "1%", "reorder", "1%",
        "reorder-delay", "300us");
    List<PacketCapture.Packet> packets;
    double toStack;
    double fromStack;
    try (BridgedPeer peers = new BridgedPeer(lossPercent, wire)) {
      Payload.Sink sink = new Payload.Sink();
      peers.attach("sink", sink).listen("tcp://" + BridgedPeer.STACK + ":" + SINK_PORT).join();
      peers.attach("source", payload.new Source()).listen("tcp://" + BridgedPeer.STACK + ":" + SOURCE_PORT).join();
      PacketCapture capture = new PacketCapture(peers.kernel(), folder.resolve("kernel.pcapng"));
      toStack = peers.withinKernel(() -> send(payload));
      assertThat(sink.received.get(PATIENCE_MS, TimeUnit.MILLISECONDS)).isEqualTo(digest);
      fromStack = peers.withinKernel(() -> receive(digest));
      assertThat(capture.stop()).contains("/0 (");
      packets = capture.packets(BridgedPeer.KERNEL, SINK_PORT, SOURCE_PORT);
      assertThat(peers.count("wire.duplicated")).isPositive();
      assertThat(peers.count("wire.reordered")).isPositive();
      assertThat(peers.count("wire.lost") > 0).isEqualTo(lossPercent > 0);
      assertThat(peers.count("wire.drop.frame")).isZero();
    }
    assertThat(packets).extracting(PacketCapture.Packet::fault).filteredOn(fault -> !fault.isEmpty()).isEmpty();
    Map<Integer, Double> silences = silences(packets);
    System.out.printf("impaired: %d MB at %d %% loss: to the stack %.2f s (%.1f Mbit/s), longest silence %.3f s; "
        + "from it %.2f s (%.1f Mbit/s), %.3f s; %d packets%n", MEGABYTES, lossPercent, toStack,
        MEGABYTES * 8 / toStack, silences.get(0), fromStack, MEGABYTES * 8 / fromStack, silences.get(1),
        packets.size());
    assertThat(silences).as("one connection each way").hasSize(2);
    assertThat(silences.values()).allSatisfy(silence -> assertThat(silence)
        .isLessThan(lossPercent == 0 ? STALL_WITHOUT_LOSS_SECONDS : STALL_SECONDS));
  }

  /** The longest time between two segments with data, of each connection. */
  private static Map<Integer, Double> silences(List<PacketCapture.Packet> packets) {
    Map<Integer, Double> last = new HashMap<>();
    Map<Integer, Double> longest = new HashMap<>();
    for (PacketCapture.Packet packet : packets) {
      if (packet.payload() > 0) {
        Double before = last.put(packet.stream(), packet.seconds());
        longest.merge(packet.stream(), before == null ? 0 : packet.seconds() - before, Math::max);
      }
    }
    return longest;
  }

  /** Sends all of it, and waits until the other side has read it; how long that took. */
  private static double send(Payload payload) {
    try (Socket socket = connected(SINK_PORT)) {
      long startNs = System.nanoTime();
      payload.write(socket.getOutputStream());
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).as("the other side has closed").isNegative();
      return (System.nanoTime() - startNs) / 1e9;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static double receive(String digest) {
    try (Socket socket = connected(SOURCE_PORT)) {
      long startNs = System.nanoTime();
      socket.getOutputStream().write(1);
      assertThat(Payload.read(socket.getInputStream())).isEqualTo(digest);
      return (System.nanoTime() - startNs) / 1e9;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Socket connected(int port) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(BridgedPeer.STACK, port), PATIENCE_MS);
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }
}
