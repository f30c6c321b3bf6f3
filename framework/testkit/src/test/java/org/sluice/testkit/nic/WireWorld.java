package org.sluice.testkit.nic;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sluice.core.nic.WireDriver;
import org.sluice.core.nic.Wires;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.nic.TxQueue;

/** A wire between two ends whose queues the workers of one world have. */
final class WireWorld {
  static final Duration LONG = Duration.ofSeconds(30);

  final NicWorld world;
  final Wires wires = new Wires();
  final WireDriver driver;

  WireWorld(long seed, int workers) {
    world = new NicWorld(seed, workers);
    driver = new WireDriver(world.counters(), world::random, wires);
  }

  /** Both ends with the options; the first one is returned, and what it sends is received. */
  static WireWorld joined(long seed, int workers, Map<String, String> options) {
    WireWorld made = new WireWorld(seed, workers);
    made.near = made.open("w:0", options);
    made.far = made.open("w:1", options);
    made.world.attach(made.near);
    made.world.attach(made.far);
    return made;
  }

  @SuppressWarnings("NullAway.Init") // Set by joined().
  Nic near;

  @SuppressWarnings("NullAway.Init") // Set by joined().
  Nic far;

  Nic open(String name, Map<String, String> options) {
    Nic[] made = new Nic[1];
    world.on(0, () -> {
      try {
        made[0] = driver.open(new NicConfiguration(name, 0, 0, options), world.workers());
      } catch (NicException e) {
        throw new AssertionError(e);
      }
    });
    return made[0];
  }

  /** What is wrong with the options of an end. */
  String refusal(String name, Map<String, String> options) {
    try {
      driver.open(new NicConfiguration(name, 0, 0, options), world.workers());
      throw new AssertionError("opened");
    } catch (NicException e) {
      return String.valueOf(e.getMessage());
    }
  }

  TxQueue tx() {
    return near.txQueue(0);
  }

  /** Sends numbered frames in bursts that fit any queue, and lets all arrive. */
  void send(int count, int length) {
    for (int first = 0; first < count; first += 100) {
      List<byte[]> burst = new ArrayList<>();
      for (int i = first; i < Math.min(count, first + 100); i++) {
        burst.add(frame(i, length));
      }
      world.send(0, tx(), burst);
      world.advance(Duration.ofMillis(1));
    }
    world.advance(LONG);
  }

  int free() {
    int[] free = new int[1];
    world.on(0, () -> free[0] = tx().pool().available());
    return free[0];
  }

  List<Integer> numbers() {
    return world.received().stream().map(frame -> number(frame.bytes())).toList();
  }

  static byte[] frame(int number, int length) {
    byte[] bytes = new byte[length];
    ByteBuffer.wrap(bytes).position(12).putShort((short) 0x88b5).putInt(number);
    return bytes;
  }

  static int number(byte[] frame) {
    return ByteBuffer.wrap(frame).getInt(14);
  }

  /** The options of pairs of words. */
  static Map<String, String> options(String... words) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < words.length; i += 2) {
      options.put(words[i], words[i + 1]);
    }
    return options;
  }
}
