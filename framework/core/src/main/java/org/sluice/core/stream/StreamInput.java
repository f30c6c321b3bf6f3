package org.sluice.core.stream;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.ReadView;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.StreamReader;

/** The reading side of a stream; its own view. */
final class StreamInput extends StreamSide implements StreamReader, ReadView {
  private final FifoConsumer fifo;
  /** Why no more comes, once a call has said so: each later one says the same, until the stream itself is closed. */
  private int over;

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
    if (over != 0) {
      return over;
    }
    int readable = fifo.readableBytes();
    if (readable != 0) {
      return status(readable);
    }
    int end = stream.isEnded() ? SessionError.NOSESSION.code() : stream.readEnd();
    if (end == 0) {
      return 0;
    }
    readable = fifo.readableBytes();
    return readable == 0 ? finish(end) : status(readable);
  }

  private int finish(int end) {
    over = end;
    return end;
  }

  @Override
  void arm() {
    fifo.clearEventHeavily();
  }

  // ---- Taking, inside. The end came after all data, but maybe between the look at the data and that at the end.

  private int take(MemorySegment target, long offset, int lengthBytes) {
    if (over != 0) {
      return over;
    }
    int read = fifo.dequeue(target, offset, lengthBytes);
    if (read > 0) {
      tellWriter();
      return read;
    }
    return read < 0 || lengthBytes <= 0 || stream.readEnd() == 0 ? status(read) : takeLast(target, offset, lengthBytes);
  }

  private int takeLast(MemorySegment target, long offset, int lengthBytes) {
    int end = stream.readEnd();
    int read = fifo.dequeue(target, offset, lengthBytes);
    return read == 0 ? finish(end) : status(read);
  }

  private int take(byte[] target, int offset, int lengthBytes) {
    if (over != 0) {
      return over;
    }
    int read = fifo.dequeue(target, offset, lengthBytes);
    if (read > 0) {
      tellWriter();
      return read;
    }
    return read < 0 || lengthBytes <= 0 || stream.readEnd() == 0 ? status(read) : takeLast(target, offset, lengthBytes);
  }

  private int takeLast(byte[] target, int offset, int lengthBytes) {
    int end = stream.readEnd();
    int read = fifo.dequeue(target, offset, lengthBytes);
    return read == 0 ? finish(end) : status(read);
  }

  // ---- In place.

  @Override
  public @Nullable ReadView view(int maxBytes) {
    boolean open = enter();
    boolean opened = false;
    try {
      opened = open && over == 0 && show(maxBytes);
      return opened ? this : null;
    } finally {
      if (opened) {
        exitViewing();
      } else {
        exit();
      }
    }
  }

  private boolean show(int maxBytes) {
    if (fifo.view(maxBytes) != null) {
      return true;
    }
    if (fifo.readableBytes() == 0) {
      return false;
    }
    boolean shown = fifo.view(maxBytes) != null;
    if (!shown) {
      // There is something that cannot be shown: memory says impossible things, and no later call may trust it.
      finish(error(Fifo.CORRUPT));
    }
    return shown;
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
    if (stream.isJoined() ? fifo.takeDequeueNotificationLightly() : fifo.takeDequeueNotification()) {
      stream.consumed();
    }
  }

  private int status(int result) {
    return result >= 0 ? result : finish(error(result));
  }

  @Override
  void leave() {
    fifo.leave();
  }

  @Override
  void reportOpenView() {
    fifo.reportOpenView();
  }

  @Override
  public String name() {
    return "the reader of session " + Handle.text(stream.handle());
  }
}
