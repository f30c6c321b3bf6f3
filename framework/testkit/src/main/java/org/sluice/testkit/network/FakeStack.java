package org.sluice.testkit.network;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.Network;
import org.sluice.spi.network.Path;
import org.sluice.spi.network.PathRequest;
import org.sluice.spi.network.ProtocolInput;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.runtime.Workers;

/**
 * The IP layer of one stack on a {@link FakeNetwork}, for one transport. Packets are given to it in bursts of one
 * table, in the turn of the worker they arrive on; their data begins at the transport's header.
 */
public final class FakeStack implements Network {
  private static final int HEADROOM_BYTES = 128;
  private static final int FRAME_BYTES = 10 << 10;
  private static final int BURST = 64;
  private static final int HOP_LIMIT = 64;
  private static final int IP6_ECN_SHIFT = 20;

  private final FakeNetwork network;
  private final Workers workers;
  private final List<Arrivals> arrivals = new ArrayList<>();
  private final Map<Integer, IpAddress> sources = new HashMap<>();
  private final int frames;
  private @Nullable ProtocolInput input;
  private int protocol;
  private int lastError;
  private int paths;
  private int chunkBytes = Integer.MAX_VALUE;
  private int misdirected = -1;

  FakeStack(FakeNetwork network, Workers workers, int frames) {
    this.network = network;
    this.workers = workers;
    this.frames = frames;
    Counter exhausted =
        new CounterRegistry(workers.count()).scope("network").counter("no-frame", "Packets that found no free frame");
    for (int i = 0; i < workers.count(); i++) {
      arrivals.add(new Arrivals(workers.worker(i), new FramePool(workers.worker(i), frames, FRAME_BYTES,
          HEADROOM_BYTES, exhausted)));
    }
  }

  /**
   * Gives the stack an address.
   *
   * @param address an IP literal that nobody has
   * @param table the table set it is in; the first one of a table and family is the source of its packets
   * @return this
   */
  public FakeStack address(String address, int table) {
    IpAddress parsed = IpAddress.parse(address);
    network.address(parsed, this, table);
    sources.putIfAbsent(table * 2 + (parsed.isIp4() ? 0 : 1), parsed);
    return this;
  }

  /**
   * Spreads packets over frames that hold little, as some cards do.
   *
   * @param bytes the most in each frame; a packet must not need more than 64 of them
   * @return this
   */
  public FakeStack chunk(int bytes) {
    chunkBytes = bytes;
    return this;
  }

  /**
   * Has all packets from now on arrive on one worker, whichever their flow's is.
   *
   * @param worker its index, or -1 for the flow's again
   * @return this
   */
  public FakeStack misdirect(int worker) {
    misdirected = worker;
    return this;
  }

  /**
   * Receives a packet that nobody on the network has sent, in the next turn of its worker.
   *
   * @param source who claims to have sent it
   * @param destination an address of this stack
   * @param table the table set it comes in by
   * @param segment the packet from the transport's header on
   * @param nowNs the present time
   */
  public void forge(IpAddress source, IpAddress destination, int table, byte[] segment, long nowNs) {
    FakePacket packet = network.newPacket();
    packet.fill(source, destination, segment, nowNs);
    packet.protocol = protocol;
    packet.table = table;
    arrive(packet);
  }

  /**
   * Tells the transport of an ICMP error, as if it had come in on the calling worker.
   *
   * @param error the error
   */
  public void error(IcmpError error) {
    Objects.requireNonNull(input, "no transport is registered").onIcmpError(error);
  }

  // ---- What tests look at.

  /**
   * Paths that were asked for and are not released.
   *
   * @return count
   */
  public int paths() {
    return paths;
  }

  /**
   * Frames of a worker that somebody holds. That worker.
   *
   * @param worker its index
   * @return count
   */
  public int framesHeld(int worker) {
    return frames - arrivals.get(worker).pool.available();
  }

  // ---- The network of the transport.

  @Override
  public Registration register(int ipProtocol, ProtocolInput newInput) {
    if (input != null) {
      throw new IllegalStateException("protocol " + protocol + " is registered, and a fake stack has room for one");
    }
    input = newInput;
    protocol = ipProtocol;
    return () -> {
      if (newInput.equals(input)) {
        input = null;
      }
    };
  }

  @Override
  public @Nullable Path path(PathRequest request) {
    IpAddress source = request.local().isAny()
        ? sources.get(request.table() * 2 + (request.remote().isIp4() ? 0 : 1))
        : request.local();
    if (source == null || !network.isKnown(request.remote().high(), request.remote().low())) {
      lastError = source == null ? SessionError.NOIP.code() : SessionError.NOROUTE.code();
      return null;
    }
    paths++;
    return new FakePath(this, request, source);
  }

  @Override
  public int lastError() {
    return lastError;
  }

  void pathReleased() {
    paths--;
  }

  FakeNetwork network() {
    return network;
  }

  int protocol() {
    return protocol;
  }

  Worker currentWorker() {
    return Objects.requireNonNull(workers.current(), "packets are sent by workers");
  }

  int allocate(PacketBatch batch, int count) {
    FramePool pool = arrivals.get(currentWorker().index()).pool;
    int done = 0;
    for (; done < count; done++) {
      long frame = pool.allocate();
      if (frame < 0) {
        break;
      }
      batch.add(pool, frame, 0, 0);
    }
    return done;
  }

  // ---- Arrival.

  void arrive(FakePacket packet) {
    int data = workers.count() - 1;
    int own = data == 0 ? 0 : 1 + packet.flowHash() % data;
    Arrivals to = arrivals.get(misdirected < 0 ? own : misdirected);
    to.queue.add(packet);
    to.slot.post();
  }

  /** What is on its way to one worker. */
  private final class Arrivals {
    final Worker worker;
    final FramePool pool;
    final PriorityQueue<FakePacket> queue = new PriorityQueue<>();
    final PacketBatch batch = new PacketBatch(BURST);
    final ControlSlot slot;
    @Nullable Timer timer;

    Arrivals(Worker worker, FramePool pool) {
      this.worker = worker;
      this.pool = pool;
      slot = worker.newControlSlot(() -> deliver(worker.nowNs()));
    }

    void deliver(long nowNs) {
      for (FakePacket first = queue.peek(); first != null && first.dueNs - nowNs <= 0; first = queue.peek()) {
        burst(first.table, nowNs);
      }
      FakePacket next = queue.peek();
      if (next != null) {
        Timer armed = timer == null ? worker.newTimer(this::deliver) : timer;
        timer = armed;
        armed.schedule(next.dueNs);
      }
    }

    private void burst(int table, long nowNs) {
      ProtocolInput to = input;
      batch.clear();
      FakePacket packet = queue.peek();
      while (packet != null && packet.dueNs - nowNs <= 0 && packet.table == table && batch.size() < BURST) {
        int pieces = Math.ceilDiv(packet.length, Math.min(packet.length, chunkBytes));
        if (batch.size() + pieces > BURST) {
          break;
        }
        queue.poll();
        long frame = to == null || packet.protocol != protocol ? -1 : pool.allocate();
        if (frame >= 0) {
          place(packet, frame);
        }
        network.recycle(packet);
        packet = queue.peek();
      }
      if (to != null && batch.size() > 0) {
        to.onPackets(batch, table, 0);
        batch.clear();
      }
    }

    private void place(FakePacket packet, long frame) {
      MemorySegment memory = pool.memory();
      int first = Math.min(packet.length, chunkBytes);
      MemorySegment.copy(packet.data, 0, memory, ValueLayout.JAVA_BYTE, frame, first);
      int i = batch.add(pool, frame, first, 0);
      if (packet.isIp4()) {
        long header = frame - Ip4Header.MIN_LENGTH;
        Ip4Header.write(memory, header, Ip4Header.MIN_LENGTH + packet.length, packet.ecn, HOP_LIMIT, protocol);
        Ip4Header.addresses(memory, header, packet.sourceLow, packet.destinationLow);
        Ip4Header.fillChecksum(memory, header);
        batch.headerOffsets(i, -Ip4Header.MIN_LENGTH, 0);
        batch.flags(i, batch.flags(i) | PacketFlags.IP4);
      } else {
        long header = frame - Ip6Header.LENGTH;
        Ip6Header.write(memory, header, packet.ecn << IP6_ECN_SHIFT, packet.length, protocol, HOP_LIMIT);
        Ip6Header.source(memory, header, packet.sourceHigh, packet.sourceLow);
        Ip6Header.destination(memory, header, packet.destinationHigh, packet.destinationLow);
        batch.headerOffsets(i, -Ip6Header.LENGTH, 0);
      }
      chain(packet, first);
    }

    /** The rest of a packet, in further frames. */
    private void chain(FakePacket packet, int from) {
      for (int done = from; done < packet.length; ) {
        long frame = pool.allocate();
        int last = batch.size() - 1;
        batch.flags(last, batch.flags(last) | PacketFlags.CONTINUED);
        if (frame < 0) {
          return;
        }
        int bytes = Math.min(packet.length - done, chunkBytes);
        MemorySegment.copy(packet.data, done, pool.memory(), ValueLayout.JAVA_BYTE, frame, bytes);
        batch.add(pool, frame, bytes, 0);
        done += bytes;
      }
    }
  }
}
