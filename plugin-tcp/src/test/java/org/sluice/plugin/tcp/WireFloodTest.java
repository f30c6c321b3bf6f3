package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.network.Route;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.network.Path;
import org.sluice.spi.network.PathRequest;
import org.sluice.spi.nic.PacketBatch;

/**
 * A flood of SYNs that comes in by Ethernet and IP: whoever sends them has a wire of its own to the server, and what
 * answers them leaves by another, to a router that has nobody to give it to.
 */
class WireFloodTest {
  private static final int SOURCES = 100_000;
  private static final int BURST = 100;
  private static final int BACKLOG = 4096;
  private static final int ATTACKER_TABLE = 3;
  private static final int SERVER_TABLE = 2;
  private static final long FIRST_SOURCE = 0x14000000L;
  private static final String URI = "tcp://" + WireWorld.SERVER_ADDRESS + ":80";

  private final WireWorld w = new WireWorld(1, 0, Map.of());
  private final NetworkPlane plane = w.simulation.stack().network();
  private final PacketBatch batch = new PacketBatch(1);
  private final IpAddress server = IpAddress.parse(WireWorld.SERVER_ADDRESS);

  private void attackersWire() {
    place("flood:0", ATTACKER_TABLE, "10.9.0.1/24");
    place("flood:1", SERVER_TABLE, "10.9.0.2/24");
    IpPrefix sources = IpPrefix.parse("16.0.0.0/5");
    int router = index("wire:1");
    w.simulation.await(() -> plane.addRoute(SERVER_TABLE,
        Route.forward(sources, router, IpAddress.parse(WireWorld.CLIENT_ADDRESS))));
    w.simulation.await(() -> plane.addRoute(ATTACKER_TABLE, Route.local(sources)));
    int out = index("flood:0");
    w.simulation.await(() -> plane.addRoute(ATTACKER_TABLE,
        Route.forward(IpPrefix.parse(WireWorld.SERVER_ADDRESS + "/32"), out, IpAddress.parse("10.9.0.2"))));
  }

  private void place(String end, int table, String address) {
    w.simulation.await(() -> plane.addInterface("wire", end, Map.of()));
    w.simulation.await(() -> plane.setTable(end, true, table));
    w.simulation.await(() -> plane.addAddress(end, IpPrefix.parse(address)));
    w.advance(Duration.ofSeconds(3));
  }

  private int index(String name) {
    return Objects.requireNonNull(w.simulation.get(0, () -> plane.snapshot().byName(name))).index();
  }

  private void flood(int from, int count) {
    for (int done = 0; done < count; done += BURST) {
      int first = from + done;
      w.simulation.on(0, () -> {
        for (int i = first; i < first + BURST; i++) {
          syn(IpAddress.ofIp4(FIRST_SOURCE + i), 1024 + i % 60_000);
        }
      });
      w.advance(Duration.ofMillis(1));
    }
  }

  private void syn(IpAddress source, int port) {
    PathRequest request = new PathRequest(server, source, ATTACKER_TABLE, -1, 0, TcpHeader.PROTOCOL);
    Path path = Objects.requireNonNull(w.host.network().path(request), "no way");
    assertThat(path.allocate(batch, 1)).isEqualTo(1);
    MemorySegment m = batch.pool(0).memory();
    long at = batch.offset(0);
    batch.bounds(0, at, TcpHeader.MIN_LENGTH);
    TcpHeader.ports(m, at, port, 80);
    TcpHeader.sequences(m, at, port * 7, 0);
    TcpHeader.control(m, at, TcpHeader.MIN_LENGTH, TcpHeader.SYN, 0x4000);
    TcpHeader.fillChecksum(m, at, TcpHeader.MIN_LENGTH,
        InternetChecksum.pseudo4(source.low(), server.low(), TcpHeader.PROTOCOL, TcpHeader.MIN_LENGTH));
    path.send(batch);
    path.release();
  }

  @Test
  void P21_100_000_SYNs_of_as_many_sources_come_in_by_IP_and_a_client_connects_meanwhile() {
    attackersWire();
    w.listen(8 << 10, URI);
    // One finds the neighbour, for whom few packets wait.
    w.simulation.on(0, () -> syn(IpAddress.ofIp4(FIRST_SOURCE - 1), 1024));
    w.advance(Duration.ofMillis(1));
    flood(0, SOURCES / 4);
    int fifos = w.simulation.fifos();
    long before = usedBytes();
    for (int quarter = 1; quarter < 4; quarter++) {
      flood(quarter * (SOURCES / 4), SOURCES / 4);
      w.connect(URI, quarter);
      w.advance(Duration.ofMillis(100));
      assertThat(TcpWorld.answers(w.client)).last().asString().isEqualTo("connected " + quarter);
    }
    assertThat(usedBytes() - before).as("bytes kept of 75,000 SYNs").isLessThan(4 << 20);
    assertThat(w.simulation.fifos() - fifos).as("of three clients on both sides").isEqualTo(12);
    assertThat(w.host.count("cookies.sent")).isEqualTo(1 + SOURCES - BACKLOG + 3);
    assertThat(w.host.count("cookies.accepted")).isEqualTo(3);
    w.end();
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
