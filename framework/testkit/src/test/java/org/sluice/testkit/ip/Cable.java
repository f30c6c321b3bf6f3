package org.sluice.testkit.ip;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.LinkState;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicCapabilities;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicDriver;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Worker;

/** Two cards on one cable, whose frames pass a test. Single-threaded: for simulations. */
final class Cable {
  static final int MTU_BYTES = 1500;
  static final int FRAMES = 512;
  private static final int FRAME_BYTES = 2048;
  private static final int HEADROOM_BYTES = 32;

  final End a;
  final End b;

  Cable() {
    this(FRAME_BYTES, HEADROOM_BYTES, 0);
  }

  /** Cards with frames of another size, which cut packets into segments. */
  Cable(int frameBytes, int headroomBytes, int txSegmentBytes) {
    a = new End("a", 0x02_00_00_00_00_0aL, frameBytes, headroomBytes, txSegmentBytes);
    b = new End("b", 0x02_00_00_00_00_0bL, frameBytes, headroomBytes, txSegmentBytes);
    a.peer = b;
    b.peer = a;
  }

  /** Decides which frames pass, and may look at them. */
  @FunctionalInterface
  interface Tap {
    boolean passes(MemorySegment memory, long offset, int length);
  }

  /** One card, and its driver. */
  static final class End implements NicDriver, Nic {
    final String name;
    final long mac;
    final int frameBytes;
    final int headroomBytes;
    final int txSegmentBytes;
    final List<Queue> queues = new ArrayList<>();
    Tap tap = (memory, offset, length) -> true;
    End peer = this;
    boolean open;

    /** How many queues the card has at most. */
    int mostQueues = Integer.MAX_VALUE;

    /** Which queue of this card the next frames come in by. */
    int receiving;

    /** What the card says of frames that come in. */
    int rxFlags;

    End(String name, long mac, int frameBytes, int headroomBytes, int txSegmentBytes) {
      this.name = name;
      this.mac = mac;
      this.frameBytes = frameBytes;
      this.headroomBytes = headroomBytes;
      this.txSegmentBytes = txSegmentBytes;
    }

    @Override
    public String name() {
      return "cable";
    }

    @Override
    public List<String> probe() {
      return List.of();
    }

    @Override
    public Nic open(NicConfiguration configuration, List<Worker> workers) throws NicException {
      if (open) {
        throw new NicException("The end " + name + " is open already.");
      }
      open = true;
      for (Worker worker : workers) {
        if (queues.size() < mostQueues) {
          queues.add(new Queue(this, worker));
        }
      }
      return this;
    }

    /** Puts a frame where the card receives. */
    void inject(byte[] frame) {
      inject(MemorySegment.ofArray(frame));
    }

    void inject(MemorySegment frame) {
      Queue queue = queues.get(receiving);
      queue.arrive(frame, 0, (int) frame.byteSize());
      queue.wake();
    }

    @Override
    public long macAddress() {
      return mac;
    }

    @Override
    public int mtuBytes() {
      return MTU_BYTES;
    }

    @Override
    public LinkState linkState() {
      return open ? LinkState.UP : LinkState.GONE;
    }

    @Override
    public NicCapabilities capabilities() {
      return new NicCapabilities(queues.size(), queues.size(), MTU_BYTES, false, false, txSegmentBytes, 1, false);
    }

    @Override
    public RxQueue rxQueue(int index) {
      return queues.get(index);
    }

    @Override
    public TxQueue txQueue(int index) {
      return queues.get(index);
    }

    @Override
    public void close() {
      open = false;
    }
  }

  /** A receive and a transmit queue with one pool. */
  static final class Queue implements RxQueue, TxQueue {
    final FramePool pool;
    private final End end;
    private final PacketBatch arrived = new PacketBatch(FRAMES);
    private final PacketBatch rest = new PacketBatch(FRAMES);
    private final ControlSlot slot;
    private boolean told = true;
    int transmitted;

    Queue(End end, Worker owner) {
      this.end = end;
      pool = new FramePool(owner, FRAMES, end.frameBytes, end.headroomBytes,
          new CounterRegistry(1).scope("cable").counter("no-frame", ""));
      slot = owner.newControlSlot(() -> {});
    }

    void arrive(MemorySegment memory, long offset, int length) {
      long copy = length > end.frameBytes - end.headroomBytes || arrived.size() == FRAMES ? -1 : pool.allocate();
      if (copy >= 0) {
        MemorySegment.copy(memory, offset, pool.memory(), copy, length);
        arrived.add(pool, copy, length, end.rxFlags);
      }
    }

    void wake() {
      var _ = slot.post();
    }

    @Override
    public PacketPool pool() {
      return pool;
    }

    @Override
    public int transmit(PacketBatch batch) {
      if (!end.open) {
        throw new IllegalStateException("card " + end.name + " is closed");
      }
      int accepted = batch.size();
      transmitted += accepted;
      Queue to = end.peer.queues.isEmpty() ? null : end.peer.queues.get(end.peer.receiving);
      for (int i = 0; i < accepted; i++) {
        MemorySegment memory = batch.pool(i).memory();
        if (end.tap.passes(memory, batch.offset(i), batch.length(i)) && end.peer.open) {
          Objects.requireNonNull(to).arrive(memory, batch.offset(i), batch.length(i));
        }
        batch.pool(i).release(batch.offset(i));
      }
      batch.clear();
      told = false;
      return accepted;
    }

    @Override
    public void flush() {
      if (!told && !end.peer.queues.isEmpty()) {
        end.peer.queues.get(end.peer.receiving).wake();
      }
      told = true;
    }

    @Override
    public int freeSlots() {
      return FRAMES;
    }

    @Override
    public int receive(PacketBatch batch, int limit) {
      if (!end.open) {
        throw new IllegalStateException("card " + end.name + " is closed");
      }
      int taken = Math.min(arrived.size(), limit);
      for (int i = 0; i < arrived.size(); i++) {
        (i < taken ? batch : rest).add(arrived, i);
      }
      arrived.clear();
      for (int i = 0; i < rest.size(); i++) {
        arrived.add(rest, i);
      }
      rest.clear();
      return taken;
    }

    @Override
    public int pollDescriptor() {
      return -1;
    }
  }
}
