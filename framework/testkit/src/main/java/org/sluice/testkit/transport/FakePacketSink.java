package org.sluice.testkit.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.nic.PacketSink;

/**
 * An egress queue that ends in a test: a pool of frames, and the packets sent and not read yet. A packet holds its
 * frame until it is read, so a test that does not read leaves senders without frames. Any thread.
 */
public final class FakePacketSink implements PacketSink, PacketPool {
  private static final int HEADROOM_BYTES = 64;

  private final MemorySegment memory;
  private final int frameBytes;
  private final int mtuBytes;
  private final ArrayDeque<Long> free = new ArrayDeque<>();
  private final ArrayDeque<Packet> queued = new ArrayDeque<>();
  private final int frames;
  private Runnable onSend = () -> {};
  private int leadBytes;
  private long sentPackets;
  private int sends;
  private int shortages;

  /** A packet that was sent. */
  public static final class Packet {
    private final long frame;
    private final byte[] data;
    private final int segmentBytes;

    private Packet(long frame, byte[] data, int segmentBytes) {
      this.frame = frame;
      this.data = data;
      this.segmentBytes = segmentBytes;
    }

    /**
     * The bytes from the transport's header on.
     *
     * @return the bytes, not a copy
     */
    public byte[] data() {
      return data;
    }

    /**
     * The payload of the segments it is to be cut into.
     *
     * @return bytes, 0 when it is not to be cut
     */
    public int segmentBytes() {
      return segmentBytes;
    }
  }

  /**
   * Makes a sink.
   *
   * @param frames how many frames there are
   * @param payloadBytes what a frame has room for behind its headroom
   * @param mtuBytes see {@link PacketSink#mtuBytes}
   */
  public FakePacketSink(int frames, int payloadBytes, int mtuBytes) {
    this.frames = frames;
    this.mtuBytes = mtuBytes;
    frameBytes = HEADROOM_BYTES + payloadBytes;
    memory = Arena.ofAuto().allocate((long) frames * frameBytes, Long.BYTES);
    for (int i = 0; i < frames; i++) {
      free.add((long) i * frameBytes);
    }
  }

  /**
   * Sets what happens after each burst.
   *
   * @param listener called by the sender, outside of any lock
   */
  public void onSend(Runnable listener) {
    onSend = listener;
  }

  /**
   * Leaves more room in front of the data than the pool's headroom, as a path does that has longer headers to write.
   *
   * @param bytes how much more
   */
  public synchronized void lead(int bytes) {
    leadBytes = bytes;
  }

  // ---- What the test reads.

  /**
   * The oldest packet; it stays.
   *
   * @return the packet, or null
   */
  public synchronized @Nullable Packet peek() {
    return queued.peek();
  }

  /**
   * Takes the oldest packet and frees its frame.
   *
   * @return the packet, or null
   */
  public synchronized @Nullable Packet poll() {
    Packet packet = queued.poll();
    if (packet != null) {
      free.add(packet.frame);
    }
    return packet;
  }

  /**
   * Takes all packets.
   *
   * @return the packets, oldest first
   */
  public List<Packet> drain() {
    List<Packet> all = new ArrayList<>();
    for (Packet packet = poll(); packet != null; packet = poll()) {
      all.add(packet);
    }
    return all;
  }

  /**
   * Packets sent since the sink was made.
   *
   * @return count
   */
  public synchronized long sentPackets() {
    return sentPackets;
  }

  /**
   * Bursts sent since the sink was made.
   *
   * @return count
   */
  public synchronized int sends() {
    return sends;
  }

  /**
   * How often fewer frames were there than wanted.
   *
   * @return count
   */
  public synchronized int shortages() {
    return shortages;
  }

  /**
   * Whether every frame is free: none was lost.
   *
   * @return true when nothing is queued or in a sender's hand
   */
  public synchronized boolean isWhole() {
    return free.size() == frames;
  }

  // ---- The sink.

  @Override
  public synchronized int allocate(PacketBatch batch, int count) {
    int n = Math.min(count, free.size());
    if (n < count) {
      shortages++;
    }
    for (int i = 0; i < n; i++) {
      batch.add(this, free.remove() + HEADROOM_BYTES + leadBytes, 0, 0);
    }
    return n;
  }

  @Override
  public int send(PacketBatch batch) {
    int count = batch.size();
    synchronized (this) {
      for (int i = 0; i < count; i++) {
        assert batch.length(i) <= batch.roomBytes(i) : "a packet of " + batch.length(i) + " bytes leaves its frame";
        byte[] data = new byte[batch.length(i)];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, batch.offset(i), data, 0, data.length);
        boolean cut = (batch.flags(i) & PacketFlags.TX_SEGMENT_REQUEST) != 0;
        queued.add(new Packet(frame(batch.offset(i)), data, cut ? batch.segmentSize(i) : 0));
      }
      sentPackets += count;
      sends++;
    }
    batch.clear();
    onSend.run();
    return count;
  }

  @Override
  public int mtuBytes() {
    return mtuBytes;
  }

  // ---- The pool.

  @Override
  public MemorySegment memory() {
    return memory;
  }

  @Override
  public int frameBytes() {
    return frameBytes;
  }

  @Override
  public int headroomBytes() {
    return HEADROOM_BYTES;
  }

  @Override
  public synchronized long allocate() {
    Long frame = free.poll();
    return frame == null ? -1 : frame + HEADROOM_BYTES;
  }

  @Override
  public synchronized void release(long offset) {
    free.add(frame(offset));
  }

  @Override
  public synchronized int available() {
    return free.size();
  }

  private long frame(long offset) {
    return offset / frameBytes * frameBytes;
  }
}
