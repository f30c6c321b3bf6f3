package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.testkit.contract.DataPump;

/** TCP over the stack's own IP layer and the card {@code wire}. */
class TcpWireTest {
  private static final int MEGABYTE = 1 << 20;

  @ParameterizedTest
  @CsvSource({"0, 10.0.0.2, 0%", "2, 10.0.0.2, 0%", "0, [fd00::2], 0%", "2, [fd00::2], 0%", "0, 10.0.0.2, 1%",
      "2, [fd00::2], 1%"})
  void a_megabyte_each_way_crosses_the_wire_whole(int dataWorkers, String address, String loss) {
    WireWorld w = new WireWorld(1, dataWorkers, Map.of("delay", "5ms", "loss", loss, "seed", "7"));
    DataPump up = new DataPump(1, MEGABYTE, 20_000, s -> {});
    DataPump down = new DataPump(2, MEGABYTE, 20_000, s -> {});
    w.client.onOpen(up).onWritable(up);
    w.server.onOpen(down).onWritable(down);
    String uri = "tcp://" + address + ":80";
    w.listen(128 << 10, uri).connect(uri, 1);
    long before = w.counted("link.received");
    w.advance(Duration.ofSeconds(60));
    assertThat(w.server.log().received()).isEqualTo(up.data());
    assertThat(w.client.log().received()).isEqualTo(down.data());
    assertThat(w.counted("link.received") - before).as("frames that crossed").isGreaterThan(2 * MEGABYTE / 1448);
    w.end();
  }
}
