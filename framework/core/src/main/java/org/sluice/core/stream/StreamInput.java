package org.sluice.core.stream;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.ReadView;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.StreamReader;

/** The reading side of a stream; its own view. */
final class StreamInput extends StreamSide implements StreamReader, ReadView {
  private final FifoConsumer fifo;

  StreamInput(FifoStream stream, FifoConsumer fifo, long spinNs) {
    super(stream, spinNs);
    this.fifo = fifo;
    fifo.owner(this);
  }

  @Override
  public int poll(MemorySegment target, long offset, int lengthBytes) {
    boolean open = enter();
    try {
      return open ? take(target, offset, lengthBytes) : SessionError.NOSESSION.code();
    } finally {
      exit();
    }
  }

  @Override
  public int poll(byte[] target, int offset, int lengthBytes) {
    boolean open = enter();
    try {
      return open ? take(target, offset, lengthBytes) : SessionError.NOSESSION.code();
    } finally {
      exit();
    }
  }

  @Override
  public int read(MemorySegment target, long offset, int lengthBytes) throws InterruptedException {
    boolean open = enter();
    try {
      int read = open ? take(target, offset, lengthBytes) : SessionError.NOSESSION.code();
      while (read == 0 && lengthBytes > 0) {
        int found = waitInside(Long.MAX_VALUE);
        read = found < 0 ? found : take(target, offset, lengthBytes);
      }
      return read;
    } finally {
      exit();
    }
  }

  @Override
  public int read(byte[] target, int offset, int lengthBytes) throws InterruptedException {
    boolean open = enter();
    try {
      int read = open ? take(target, offset, lengthBytes) : SessionError.NOSESSION.code();
      while (read == 0 && lengthBytes > 0) {
        int found = waitInside(Long.MAX_VALUE);
        read = found < 0 ? found : take(target, offset, lengthBytes);
      }
      return read;
    } finally {
      exit();
    }
  }

  @Override
  public int readable() {
    boolean open = enter();
    try {
      return open ? look() : SessionError.NOSESSION.code();
    } finally {
      exit();
    }
  }

  @Override
  public int await(long timeoutNs) throws InterruptedException {
    boolean open = enter();
    try {
      return open ? waitInside(timeoutNs) : SessionError.NOSESSION.code();
    } finally {
      exit();
    }
  }

  @Override
  int look() {
    int readable = fifo.readableBytes();
    if (readable != 0) {
      return status(readable);
    }
    if (stream.isEnded()) {
      return SessionError.NOSESSION.code();
    }
    int end = stream.readEnd();
    if (end == 0) {
      return 0;
    }
    readable = fifo.readableBytes();
    return readable == 0 ? end : status(readable);
  }

  @Override
  void arm() {
    fifo.clearEvent();
  }

  // ---- Taking, inside. The end came after all data, but maybe between the look at the data and that at the end.

  private int take(MemorySegment target, long offset, int lengthBytes) {
    int read = fifo.dequeue(target, offset, lengthBytes);
    if (read > 0) {
      tellWriter();
      return read;
    }
    return read == 0 && stream.readEnd() != 0 ? takeLast(target, offset, lengthBytes) : status(read);
  }

  private int takeLast(MemorySegment target, long offset, int lengthBytes) {
    int end = stream.readEnd();
    int read = fifo.dequeue(target, offset, lengthBytes);
    return read == 0 && lengthBytes > 0 ? end : status(read);
  }

  private int take(byte[] target, int offset, int lengthBytes) {
    int read = fifo.dequeue(target, offset, lengthBytes);
    if (read > 0) {
      tellWriter();
      return read;
    }
    return read == 0 && stream.readEnd() != 0 ? takeLast(target, offset, lengthBytes) : status(read);
  }

  private int takeLast(byte[] target, int offset, int lengthBytes) {
    int end = stream.readEnd();
    int read = fifo.dequeue(target, offset, lengthBytes);
    return read == 0 && lengthBytes > 0 ? end : status(read);
  }

  // ---- In place.

  @Override
  public @Nullable ReadView view(int maxBytes) {
    boolean open = enter();
    boolean opened = false;
    try {
      opened = open && fifo.view(maxBytes) != null;
      return opened ? this : null;
    } finally {
      if (opened) {
        exitViewing();
      } else {
        exit();
      }
    }
  }

  @Override
  public MemorySegment memory() {
    requireView();
    return fifo.memory();
  }

  @Override
  public long offset() {
    requireView();
    return fifo.offset();
  }

  @Override
  public int length() {
    requireView();
    return fifo.length();
  }

  @Override
  public void release(int consumedBytes) {
    requireView();
    fifo.release(consumedBytes);
    tellWriter();
    exit();
  }

  // ---- Pieces.

  private void tellWriter() {
    if (fifo.takeDequeueNotification()) {
      stream.consumed();
    }
  }

  private int status(int result) {
    return result >= 0 ? result : error(result);
  }

  @Override
  void leave() {
    fifo.leave();
  }

  @Override
  public String name() {
    return "the reader of session " + Handle.text(stream.handle());
  }
}
