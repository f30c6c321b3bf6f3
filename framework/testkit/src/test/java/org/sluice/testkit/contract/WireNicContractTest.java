package org.sluice.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.nic.CaptureNic;
import org.sluice.core.nic.FaultNic;
import org.sluice.core.nic.WireDriver;
import org.sluice.core.nic.Wires;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicException;
import org.sluice.testkit.nic.NicWorld;

/** A wire is a card as others, whatever its options, and so is one with something around it. */
final class WireNicContractTest {
  /** A plain wire opens and closes as often as the contract says. */
  private static final int FEW_CYCLES = 50;

  private static NicContract.Link wire(NicWorld world, Map<String, String> options) throws NicException {
    WireDriver driver = new WireDriver(world.counters(), world::random, new Wires());
    Map<String, String> all = new HashMap<>(options);
    all.put("frames", "128");
    assertThat(driver.probe()).isEmpty();
    Nic sender = driver.open(new NicConfiguration("w:0", 0, 0, all), world.workers());
    Nic receiver = driver.open(new NicConfiguration("w:1", 0, 0, all), world.workers());
    return new NicContract.Link(sender, receiver);
  }

  @Nested
  final class Plain extends NicContract {
    @Override
    protected Link open(NicWorld world) throws NicException {
      return wire(world, Map.of());
    }
  }

  @Nested
  final class Slow extends NicContract {
    @Override
    protected Link open(NicWorld world) throws NicException {
      return wire(world, Map.of("rate", "10mbit", "delay", "20ms", "queue", "40", "mtu", "9000"));
    }

    @Override
    protected int cycles() {
      return FEW_CYCLES;
    }
  }

  @Nested
  final class Trusted extends NicContract {
    @Override
    protected Link open(NicWorld world) throws NicException {
      return wire(world, Map.of("trusted", "true"));
    }

    @Override
    protected int cycles() {
      return FEW_CYCLES;
    }
  }

  @Nested
  final class Decorated extends NicContract {
    @Override
    protected Link open(NicWorld world) throws NicException {
      Link link = wire(world, Map.of("delay", "1ms"));
      Nic sender = new FaultNic(link.sender(), world.workers(), List.of(), List.of(), world.counters());
      return new Link(new CaptureNic(sender, world.workers(), world.clock(), world.counters()),
          new CaptureNic(link.receiver(), world.workers(), world.clock(), world.counters()));
    }

    @Override
    protected int cycles() {
      return FEW_CYCLES;
    }
  }

  @Nested
  final class Captured extends NicContract {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    Path folder;

    @Override
    protected Link open(NicWorld world) throws NicException {
      Link link = wire(world, Map.of());
      CaptureNic sender = new CaptureNic(link.sender(), world.workers(), world.clock(), world.counters());
      try {
        sender.start(folder.resolve("a.pcapng"), CaptureNic.DEFAULT_MAX_BYTES, CaptureNic.MIN_RING_BYTES);
      } catch (IOException e) {
        throw new NicException("no file", e);
      }
      return new Link(sender, link.receiver());
    }

    @Override
    protected int cycles() {
      return FEW_CYCLES;
    }
  }
}
