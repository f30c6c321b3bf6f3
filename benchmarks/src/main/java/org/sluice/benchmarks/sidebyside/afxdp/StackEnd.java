package org.sluice.benchmarks.sidebyside.afxdp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/** A session of ours, by callbacks on the stack's worker. */
final class StackEnd implements End {
  private static final int FIFO_BYTES = 1 << 20;
  private static final int PATIENCE_SECONDS = 10;

  private final CardHost host;
  private final CompletableFuture<Session> opened = new CompletableFuture<>();
  private final ApplicationContext context;
  private final MemorySegment block = Arena.ofAuto().allocate(BLOCK_BYTES, Long.BYTES);
  private boolean writing;
  private long written;
  private volatile long wrong;
  private volatile long taken;

  StackEnd(CardHost host) {
    this.host = host;
    context = host.attach(new Both(), FIFO_BYTES);
    block.fill(PATTERN);
  }

  StackEnd listen(String uri) {
    context.listen(uri).join();
    return this;
  }

  StackEnd connect(String uri) {
    SessionError error = host.onWorker(() -> context.connect(uri, 0));
    if (error != SessionError.NONE) {
      throw new IllegalStateException(uri + ": " + error);
    }
    return this;
  }

  void awaitOpen() throws Exception {
    var _ = opened.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** The application at either end. */
  private final class Both implements Application {
    @Override
    public AcceptDecision onAccept(Session session) {
      opened.complete(session);
      return AcceptDecision.ACCEPT;
    }

    @Override
    public void onConnected(Session session, long opaque) {
      opened.complete(session);
    }

    @Override
    public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
      opened.completeExceptionally(new IllegalStateException(error.text()));
    }

    @Override
    public void onReadable(Session session) {
      for (int count = session.read(block, 0, BLOCK_BYTES); count > 0; count = session.read(block, 0, BLOCK_BYTES)) {
        check(count);
        taken += count;
      }
    }

    @Override
    public void onWritable(Session session) {
      write(session);
    }
  }

  private void check(int count) {
    long all = wrong;
    int i = 0;
    for (; i + Long.BYTES <= count; i += Long.BYTES) {
      all |= block.get(ValueLayout.JAVA_LONG, i) ^ PATTERNS;
    }
    for (; i < count; i++) {
      all |= block.get(ValueLayout.JAVA_BYTE, i) ^ PATTERN;
    }
    wrong = all;
  }

  private void write(@Nullable Session session) {
    if (!writing || session == null) {
      return;
    }
    for (int count = session.write(block, 0, BLOCK_BYTES); count > 0; count = session.write(block, 0, BLOCK_BYTES)) {
      written += count;
    }
    session.wantWritable(WritableWish.THRESHOLD, BLOCK_BYTES);
  }

  @Override
  public void begin() {
    host.onWorker(() -> {
      writing = true;
      write(opened.getNow(null));
      return true;
    });
  }

  @Override
  public long stop() {
    return host.onWorker(() -> {
      writing = false;
      return written;
    });
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
  public void close() {
    context.detach().join();
  }
}
