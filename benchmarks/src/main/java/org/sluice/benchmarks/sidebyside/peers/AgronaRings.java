package org.sluice.benchmarks.sidebyside.peers;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.sluice.benchmarks.sidebyside.harness.Traffic;

/** Ring buffers outside of the heap. */
final class AgronaRings {
  static final int MESSAGE = 1;

  private static final int ALIGNMENT = 128;

  private AgronaRings() {}

  static OneToOneRingBuffer newRing() {
    int bytes = Traffic.CAPACITY_BYTES + RingBufferDescriptor.TRAILER_LENGTH;
    return new OneToOneRingBuffer(new UnsafeBuffer(BufferUtil.allocateDirectAligned(bytes, ALIGNMENT)));
  }
}
