package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.LinkState;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicCapabilities;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicDriver;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Worker;

/**
 * A card whose wire is the target. Every frame that it receives lies in memory of its own, exactly as long as the
 * frame: a byte read beyond its end throws, where a pool of equal frames would hide it.
 */
final class Card implements NicDriver, Nic, RxQueue, TxQueue {
  static final String DRIVER = "fuzz";
  static final long MAC = 0x02_00_00_00_00_01L;
  static final int MTU_BYTES = 1500;

  private static final int FRAMES = 256;
  private static final int FRAME_BYTES = 2048;
  private static final int HEADROOM_BYTES = 64;

  private final Consumer<byte[]> sent;
  private final ArrayDeque<Frame> waiting = new ArrayDeque<>();
  private final List<Frame> received = new ArrayList<>();
  private @Nullable FramePool pool;
  private @Nullable ControlSlot wake;

  /** Makes a card; what it sends is given away. */
  Card(Consumer<byte[]> sent) {
    this.sent = sent;
  }

  /** One received frame, a pool of its own. */
  private static final class Frame implements PacketPool {
    private final MemorySegment memory;
    private final int flags;
    private int released;

    Frame(byte[] bytes, boolean checksumGood) {
      memory = MemorySegment.ofArray(bytes.clone());
      flags = checksumGood ? PacketFlags.RX_CHECKSUM_GOOD : 0;
    }

    @Override
    public MemorySegment memory() {
      return memory;
    }

    @Override
    public int frameBytes() {
      return (int) memory.byteSize();
    }

    @Override
    public int headroomBytes() {
      return 0;
    }

    @Override
    public long allocate() {
      throw new AssertionError("a frame taken from what was received");
    }

    @Override
    public void release(long offset) {
      if (++released > 1) {
        throw new AssertionError("a received frame given back twice");
      }
    }

    @Override
    public int available() {
      return released;
    }
  }

  /** Lets a frame arrive. */
  void receive(byte[] frame, boolean checksumGood) {
    Frame arrived = new Frame(frame, checksumGood);
    waiting.add(arrived);
    received.add(arrived);
    var _ = Objects.requireNonNull(wake).post();
  }

  int receivedCount() {
    return received.size();
  }

  /** Checks that no frame is away. On the worker. */
  void requireFramesBack() {
    long kept = received.stream().filter(frame -> frame.released == 0).count();
    if (kept > 0) {
      throw new AssertionError(kept + " of " + received.size() + " received frames were not given back");
    }
    int free = pool().available();
    if (free != FRAMES) {
      throw new AssertionError((FRAMES - free) + " frames to send are away");
    }
  }

  // ---- The driver and the card.

  @Override
  public String name() {
    return DRIVER;
  }

  @Override
  public List<String> probe() {
    return List.of();
  }

  @Override
  public Nic open(NicConfiguration configuration, List<Worker> workers) {
    Worker worker = workers.getFirst();
    pool = new FramePool(worker, FRAMES, FRAME_BYTES, HEADROOM_BYTES,
        new CounterRegistry(1).scope(DRIVER).counter("no-frame", "Frames wanted when none was free"));
    wake = worker.newControlSlot(() -> {});
    return this;
  }

  @Override
  public long macAddress() {
    return MAC;
  }

  @Override
  public int mtuBytes() {
    return MTU_BYTES;
  }

  @Override
  public LinkState linkState() {
    return LinkState.UP;
  }

  @Override
  public NicCapabilities capabilities() {
    return new NicCapabilities(1, 1, MTU_BYTES, true, false, 0, 1, false);
  }

  @Override
  public RxQueue rxQueue(int index) {
    return this;
  }

  @Override
  public TxQueue txQueue(int index) {
    return this;
  }

  @Override
  public void close() {
    // The world ends with its target; nothing outlives it.
  }

  // ---- The queues.

  @Override
  public int receive(PacketBatch batch, int limit) {
    int taken = 0;
    for (; taken < limit && !waiting.isEmpty(); taken++) {
      Frame frame = waiting.remove();
      batch.add(frame, 0, frame.frameBytes(), frame.flags);
    }
    return taken;
  }

  @Override
  public int pollDescriptor() {
    return -1;
  }

  @Override
  public long idleNs(long nowNs) {
    return waiting.isEmpty() ? Long.MAX_VALUE : 0;
  }

  @Override
  public FramePool pool() {
    return Objects.requireNonNull(pool);
  }

  @Override
  public int transmit(PacketBatch batch) {
    int accepted = batch.size();
    for (int i = 0; i < accepted; i++) {
      byte[] frame =
          batch.pool(i).memory().asSlice(batch.offset(i), batch.length(i)).toArray(ValueLayout.JAVA_BYTE);
      batch.pool(i).release(batch.offset(i));
      sent.accept(frame);
    }
    batch.clear();
    return accepted;
  }

  @Override
  public void flush() {
    // What was sent has arrived already.
  }

  @Override
  public int freeSlots() {
    return FRAMES;
  }
}
