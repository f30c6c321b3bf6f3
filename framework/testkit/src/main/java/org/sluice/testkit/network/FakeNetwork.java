package org.sluice.testkit.network;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Workers;

/**
 * Any number of stacks and table sets that reach each other by address. Packets take their time and meet with loss,
 * reordering, duplication and corruption as the seed decides; a packet arrives on the worker that the hash of its flow
 * names, as with a card. Transports run on it unchanged:
 *
 * <pre>{@code
 * FakeNetwork network = new FakeNetwork(seed).delay(Duration.ofMillis(10)).loss(0.01);
 * FakeStack stack = network.stack(simulation.stack().workers());
 * stack.address("10.0.0.1", 1);
 * stack.address("10.0.0.2", 2);
 * TestHost host = simulation.host("tcp", configuration).with(stack);
 * }</pre>
 *
 * <p>After warming up a packet allocates nothing here, so that a test can see what the transport allocates.
 */
public final class FakeNetwork {
  private static final int CONGESTION_EXPERIENCED = 3;

  private final SplittableRandom random;
  private final IpKey key = new IpKey();
  private final Map<IpKey, Destination> destinations = new HashMap<>();
  private final Map<IpKey, Consumer<FakePacket>> outsiders = new HashMap<>();
  private Predicate<FakePacket> filter = packet -> true;
  private long delayNs;
  private long jitterNs;
  private double lossRate;
  private double reorderRate;
  private double duplicateRate;
  private double corruptRate;
  private double markRate;
  private int mtuBytes = 1500;
  private int frames = 256;
  private boolean endless;
  private @Nullable FakePacket free;
  private long sequence;
  private long sent;
  private long dropped;

  /** Where an address leads. */
  record Destination(FakeStack stack, int table) {}

  /** An address as a map's key that can be asked with again and again. */
  static final class IpKey {
    long high;
    long low;

    IpKey set(long newHigh, long newLow) {
      high = newHigh;
      low = newLow;
      return this;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof IpKey that && high == that.high && low == that.low;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(high * 31 + low);
    }
  }

  /**
   * Makes a network that delivers everything at once.
   *
   * @param seed decides its accidents
   */
  public FakeNetwork(long seed) {
    random = new SplittableRandom(seed);
  }

  // ---- How it is.

  /**
   * Sets the time that packets take.
   *
   * @param delay one way
   * @return this
   */
  public FakeNetwork delay(Duration delay) {
    delayNs = delay.toNanos();
    return this;
  }

  /**
   * Loses packets.
   *
   * @param rate how many of all, 0 to 1
   * @return this
   */
  public FakeNetwork loss(double rate) {
    lossRate = rate;
    return this;
  }

  /**
   * Lets later packets overtake.
   *
   * @param rate how many of all are held up, 0 to 1
   * @param most for how long at most
   * @return this
   */
  public FakeNetwork reorder(double rate, Duration most) {
    reorderRate = rate;
    jitterNs = most.toNanos();
    return this;
  }

  /**
   * Delivers packets twice.
   *
   * @param rate how many of all, 0 to 1
   * @return this
   */
  public FakeNetwork duplicate(double rate) {
    duplicateRate = rate;
    return this;
  }

  /**
   * Turns over one bit of packets.
   *
   * @param rate how many of all, 0 to 1
   * @return this
   */
  public FakeNetwork corrupt(double rate) {
    corruptRate = rate;
    return this;
  }

  /**
   * Marks packets as having met congestion, where they say that their transport understands it (RFC 3168).
   *
   * @param rate how many of those, 0 to 1
   * @return this
   */
  public FakeNetwork mark(double rate) {
    markRate = rate;
    return this;
  }

  /**
   * Sets the largest IP packet.
   *
   * @param bytes the size, also of paths that exist
   * @return this
   */
  public FakeNetwork mtu(int bytes) {
    mtuBytes = bytes;
    return this;
  }

  /**
   * Sets the frames that each worker of stacks made afterwards has.
   *
   * @param count how many
   * @return this
   */
  public FakeNetwork frames(int count) {
    frames = count;
    return this;
  }

  /**
   * Looks at each packet that is sent, and may lose it.
   *
   * @param newFilter given the packet before any accident; false loses it. The packet must not be kept
   * @return this
   */
  public FakeNetwork filter(Predicate<FakePacket> newFilter) {
    filter = newFilter;
    return this;
  }

  /**
   * Gives every address a route, as the Internet does; what is sent to one that nobody has is lost.
   *
   * @return this
   */
  public FakeNetwork endless() {
    endless = true;
    return this;
  }

  // ---- Who is there.

  /**
   * Adds a stack.
   *
   * @param workers its workers
   * @return the IP layer of that stack
   */
  public FakeStack stack(Workers workers) {
    return new FakeStack(this, workers, frames);
  }

  /**
   * Adds a host that is no stack: what is sent to it is shown to the test, and meets with no accident.
   *
   * @param address an IP literal that nobody has
   * @param reader given each packet at the moment it is sent. The packet must not be kept
   * @return this
   */
  public FakeNetwork outsider(String address, Consumer<FakePacket> reader) {
    IpAddress parsed = IpAddress.parse(address);
    outsiders.put(new IpKey().set(parsed.high(), parsed.low()), reader);
    return this;
  }

  /**
   * Sends a packet in the name of a host that is no stack. It arrives at once, in the next turn of its worker.
   *
   * @param source an IP literal
   * @param destination an IP literal that a stack has
   * @param segment the packet from the transport's header on
   * @param ecn the ECN bits of its IP header, 0 to 3
   * @param nowNs the present time
   */
  public void inject(String source, String destination, byte[] segment, int ecn, long nowNs) {
    IpAddress from = IpAddress.parse(source);
    IpAddress to = IpAddress.parse(destination);
    Destination stack = destinations.get(key.set(to.high(), to.low()));
    if (stack == null) {
      throw new IllegalArgumentException("no stack has " + destination);
    }
    FakePacket packet = newPacket();
    packet.fill(from, to, segment, nowNs);
    packet.protocol = stack.stack.protocol();
    packet.fromTable = stack.table;
    packet.table = stack.table;
    packet.ecn = ecn;
    stack.stack.arrive(packet);
  }

  void address(IpAddress address, FakeStack stack, int table) {
    destinations.put(new IpKey().set(address.high(), address.low()), new Destination(stack, table));
  }

  boolean isKnown(long high, long low) {
    return endless || destinations.containsKey(key.set(high, low)) || outsiders.containsKey(key);
  }

  int mtuBytes() {
    return mtuBytes;
  }

  /**
   * Packets sent so far, lost ones included.
   *
   * @return count
   */
  public long sent() {
    return sent;
  }

  /**
   * Packets that were lost, by accident or by the filter.
   *
   * @return count
   */
  public long dropped() {
    return dropped;
  }

  // ---- Packets on their way.

  FakePacket newPacket() {
    FakePacket packet = free;
    if (packet == null) {
      packet = new FakePacket();
    } else {
      free = packet.next;
    }
    packet.order = sequence++;
    return packet;
  }

  void recycle(FakePacket packet) {
    packet.next = free;
    free = packet;
  }

  void send(FakePacket packet, long nowNs) {
    sent++;
    Consumer<FakePacket> outsider = outsiders.get(key.set(packet.destinationHigh, packet.destinationLow));
    if (outsider != null) {
      outsider.accept(packet);
      recycle(packet);
      return;
    }
    Destination to = destinations.get(key);
    if (to == null || !filter.test(packet) || hits(lossRate)) {
      dropped++;
      recycle(packet);
      return;
    }
    packet.table = to.table;
    if (packet.ecn != 0 && hits(markRate)) {
      packet.ecn = CONGESTION_EXPERIENCED;
    }
    if (hits(duplicateRate)) {
      FakePacket twin = newPacket();
      twin.copy(packet);
      dispatch(twin, to.stack, nowNs);
    }
    if (hits(corruptRate)) {
      int bit = random.nextInt(packet.length * 8);
      packet.data[bit / 8] ^= (byte) (1 << bit % 8);
    }
    dispatch(packet, to.stack, nowNs);
  }

  private void dispatch(FakePacket packet, FakeStack stack, long nowNs) {
    packet.dueNs = nowNs + delayNs;
    if (hits(reorderRate)) {
      packet.dueNs += random.nextLong(jitterNs + 1);
    }
    packet.order = sequence++;
    stack.arrive(packet);
  }

  private boolean hits(double rate) {
    return rate > 0 && random.nextDouble() < rate;
  }
}
