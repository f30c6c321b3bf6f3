package org.sluice.plugin.afxdp;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sluice.core.Stack;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicException;
import org.sluice.testkit.console.RecordingOutput;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.nic.NicWorld;

/** The driver over a {@link FakeKernel} with the cable {@code a}-{@code b}. */
final class DriverWorld implements AutoCloseable {
  final FakeKernel kernel;
  final NicWorld world = new NicWorld(1, 1);
  final TestHost host;
  private final Stack stack = Stack.builder().build();
  private final AfXdpDriver driver;

  DriverWorld() {
    this(1, 1500);
  }

  DriverWorld(int queues, int mtuBytes) {
    kernel = new FakeKernel().cable("a", "b", queues, mtuBytes);
    stack.start();
    host = TestHost.of(stack, "nic-afxdp");
    driver = new AfXdpDriver(host, kernel);
  }

  /** Opens an interface of the cable with small rings, and gives its queues to the worker. */
  Nic open(String device, String... options) throws NicException {
    return open(device, 0, 0, options);
  }

  /** The same for so many receive and transmit queues, 0 for as many as there are. */
  Nic open(String device, int rxQueues, int txQueues, String... options) throws NicException {
    Map<String, String> all = new HashMap<>(Map.of("interface", device, "rx-ring", "64", "tx-ring", "64"));
    for (String option : options) {
      int at = option.indexOf('=');
      all.put(option.substring(0, at), option.substring(at + 1));
    }
    Nic made = driver.open(new NicConfiguration("xdp-" + device, rxQueues, txQueues, all),
        List.copyOf(world.workers()));
    world.attach(made);
    return made;
  }

  /** What {@code show afxdp} prints. */
  String show() throws Exception {
    RecordingOutput output = new RecordingOutput();
    new ShowAfXdp(driver, host).run(List.of(), output);
    return output.text();
  }

  List<String> probe() {
    return driver.probe();
  }

  long count(String name) {
    return host.count(name);
  }

  /** An IPv4 packet with UDP, whose checksum field says something. */
  static byte[] udp(int checksum) {
    byte[] bytes = new byte[60];
    ByteBuffer.wrap(bytes)
        .putLong(0x0200_0000_0001_0200L).putInt(2).putShort((short) 0x0800)
        .putInt(0x4500_0000 | 28).putInt(0).putInt(0x4011_0000).putInt(0x0a00_0001).putInt(0x0a00_0002)
        .putInt(0x03e8_03e9).putShort((short) 8).putShort((short) checksum);
    return bytes;
  }

  @Override
  public void close() {
    world.detachAll();
    stack.close();
  }
}
