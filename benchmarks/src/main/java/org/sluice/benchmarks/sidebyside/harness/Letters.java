package org.sluice.benchmarks.sidebyside.harness;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The messages of round trips: 32 bytes that the client numbers, the server sends back, and the client checks. Each has
 * its own cache lines.
 */
public final class Letters implements AutoCloseable {
  /** The length of a message. */
  public static final int BYTES = 32;

  private static final long LAST = 1;
  private static final int ALIGNMENT = 128;
  private static final int NUMBER = 8;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment request = arena.allocate(BYTES, ALIGNMENT);
  private final MemorySegment served = arena.allocate(BYTES, ALIGNMENT);
  private final MemorySegment reply = arena.allocate(BYTES, ALIGNMENT);
  private final long requestAddress = request.address();
  private final long servedAddress = served.address();
  private final long replyAddress = reply.address();

  /**
   * What the client sends.
   *
   * @return {@link #BYTES} bytes
   */
  public MemorySegment request() {
    return request;
  }

  /**
   * Where the server puts what it receives, and what it sends back.
   *
   * @return {@link #BYTES} bytes
   */
  public MemorySegment served() {
    return served;
  }

  /**
   * Where the client puts what comes back.
   *
   * @return {@link #BYTES} bytes
   */
  public MemorySegment reply() {
    return reply;
  }

  /** Writes the next request. */
  public void next() {
    NativeMemory.putLong(requestAddress + NUMBER, number() + 1);
  }

  /**
   * Marks requests as the last of a repetition, or not.
   *
   * @param last whether they are
   */
  void last(boolean last) {
    NativeMemory.putLong(requestAddress, last ? LAST : 0);
  }

  /** Copies a request that lies somewhere to {@link #served}. */
  public void takeRequest(long address) {
    NativeMemory.copy(address, servedAddress, BYTES);
  }

  /**
   * Whether what the server holds is the last request of a repetition.
   *
   * @return true when it shall return
   */
  public boolean isLastServed() {
    return NativeMemory.getLong(servedAddress) == LAST;
  }

  /** Copies a reply that lies somewhere to {@link #reply}. */
  public void takeReply(long address) {
    NativeMemory.copy(address, replyAddress, BYTES);
  }

  /** Checks that the reply is that to the request. */
  public void check() {
    if (NativeMemory.getLong(replyAddress + NUMBER) != number()) {
      throw new IllegalStateException("the reply to request " + number() + " is another one");
    }
  }

  private long number() {
    return NativeMemory.getLong(requestAddress + NUMBER);
  }

  @Override
  public void close() {
    arena.close();
  }
}
