package org.sluice.benchmarks.sidebyside.afxdp;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** A socket of the kernel, in blocking calls on a thread of its own. */
final class KernelEnd implements End {
  private final SocketChannel socket;
  private final Thread thread;
  private volatile boolean writing;
  private volatile boolean closed;
  private volatile long taken;
  private volatile long wrong;
  private volatile long written;
  private volatile CountDownLatch idle = new CountDownLatch(0);

  KernelEnd(SocketChannel socket, boolean writes) {
    this.socket = socket;
    thread = Thread.ofPlatform().daemon().name(writes ? "kernel-writer" : "kernel-reader")
        .start(() -> Link.onProcessor(writes ? 0 : 1, writes ? this::write : this::read));
  }

  private void read() {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    try {
      long all = 0;
      while (!closed) {
        block.clear();
        int count = socket.read(block);
        if (count < 0) {
          return;
        }
        int i = 0;
        for (; i + Long.BYTES <= count; i += Long.BYTES) {
          all |= block.getLong(i) ^ PATTERNS;
        }
        for (; i < count; i++) {
          all |= block.get(i) ^ PATTERN;
        }
        wrong = all;
        taken += count;
      }
    } catch (AsynchronousCloseException e) {
      // Closed by us.
    } catch (IOException e) {
      closed = true;
    }
  }

  private void write() {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    for (int i = 0; i < BLOCK_BYTES; i++) {
      block.put(i, PATTERN);
    }
    try {
      while (!closed) {
        if (!writing) {
          idle.countDown();
          LockSupport.park();
          continue;
        }
        block.clear();
        written += socket.write(block);
      }
    } catch (AsynchronousCloseException e) {
      // Closed by us.
    } catch (IOException e) {
      closed = true;
    }
  }

  /** The processor time of its thread so far. */
  long cpuNs() {
    return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
  }

  @Override
  public void begin() {
    idle = new CountDownLatch(1);
    writing = true;
    LockSupport.unpark(thread);
  }

  @Override
  public long stop() throws InterruptedException {
    writing = false;
    idle.await();
    return written;
  }

  @Override
  public long taken() {
    return taken;
  }

  @Override
  public long wrong() {
    return wrong;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    closed = true;
    socket.close();
    LockSupport.unpark(thread);
    thread.join();
  }
}
