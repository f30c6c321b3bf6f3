package org.sluice.spi.application;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionStream;

/**
 * An application without callbacks: threads, platform or virtual, that accept, connect, read and write, and wait where
 * they have to.
 *
 * <pre>{@code
 * StreamApplication echo = StreamApplication.attach(applications, AttachOptions.named("echo"));
 * echo.listen("ct://0.0.0.0:7");
 * byte[] buffer = new byte[4096];
 * try (SessionStream stream = echo.accept()) {
 *   int n;
 *   while ((n = stream.reader().read(buffer, 0, buffer.length)) > 0) {
 *     stream.writer().write(buffer, 0, n);
 *   }
 * }
 * }</pre>
 *
 * <p>Methods that block must not be called on a worker's thread. All others are for any thread.
 */
public final class StreamApplication implements AutoCloseable {
  /** How many accepted streams may wait for {@link #accept}; further ones are refused. */
  public static final int DEFAULT_BACKLOG = 1024;

  private static final Object END = new Object();

  private final ConcurrentMap<Long, CompletableFuture<SessionStream>> connecting = new ConcurrentHashMap<>();
  private final AtomicLong connects = new AtomicLong();
  /** Streams, and {@link #END} behind the last one. */
  private final BlockingQueue<Object> accepted = new LinkedBlockingQueue<>();
  private final int backlog;
  private final ApplicationContext context;

  private StreamApplication(Applications applications, AttachOptions options, int backlog)
      throws InterruptedException {
    this.backlog = backlog;
    CompletableFuture<ApplicationContext> attached = applications.attach(new Callbacks(), options);
    context = await(attached, StreamApplication::detach);
  }

  /**
   * Attaches an application with the default backlog. Blocks until it is attached.
   *
   * @param applications where
   * @param options how
   * @return the application, to be closed
   * @throws SessionException when it cannot be attached, with the reason
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public static StreamApplication attach(Applications applications, AttachOptions options)
      throws InterruptedException {
    return new StreamApplication(applications, options, DEFAULT_BACKLOG);
  }

  /**
   * The same with another backlog.
   *
   * @param applications where
   * @param options how
   * @param backlog accepted streams that may wait, at least 1
   * @return the application, to be closed
   * @throws SessionException when it cannot be attached, with the reason
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public static StreamApplication attach(Applications applications, AttachOptions options, int backlog)
      throws InterruptedException {
    return new StreamApplication(applications, options, backlog);
  }

  /**
   * What the application acts through.
   *
   * @return the context
   */
  public ApplicationContext context() {
    return context;
  }

  /**
   * Listens. Blocks until it does.
   *
   * @param uri see {@link SessionUri}
   * @return the listener's handle, for {@link ApplicationContext#unlisten}
   * @throws SessionException when it cannot listen there, with the reason
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public long listen(String uri) throws InterruptedException {
    return await(context.listen(uri), this::unlisten);
  }

  /**
   * Waits for a peer to connect to any listener of this application.
   *
   * @return the stream, to be closed
   * @throws SessionException NOAPP when the application is detached
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public SessionStream accept() throws InterruptedException {
    Object next = accepted.take();
    if (next instanceof SessionStream stream) {
      return stream;
    }
    accepted.add(END);
    throw new SessionException(SessionError.NOAPP, "accept");
  }

  /**
   * The next accepted stream, without waiting.
   *
   * @return the stream, to be closed; or null
   */
  public @Nullable SessionStream pollAccepted() {
    return accepted.peek() instanceof SessionStream && accepted.poll() instanceof SessionStream stream ? stream : null;
  }

  /**
   * Connects and waits for the answer.
   *
   * @param uri see {@link SessionUri}
   * @return the stream, to be closed
   * @throws SessionException when it fails, with the reason
   * @throws InterruptedException when the thread is interrupted while it waits; the connect goes on, and its stream is
   *     closed
   */
  public SessionStream connect(String uri) throws InterruptedException {
    return await(connectAsync(ConnectOptions.of(uri)), SessionStream::close);
  }

  /**
   * Connects. Does not block.
   *
   * @param options where to
   * @return completes with the stream, or with a {@link SessionException}; on a worker, where what depends on it must
   *     not block either
   */
  public CompletableFuture<SessionStream> connectAsync(ConnectOptions options) {
    long opaque = connects.incrementAndGet();
    CompletableFuture<SessionStream> answer = new CompletableFuture<>();
    connecting.put(opaque, answer);
    SessionError error = context.connect(options, opaque);
    if (error != SessionError.NONE) {
      connecting.remove(opaque);
      answer.completeExceptionally(new SessionException(error, "connect to " + options));
    }
    return answer;
  }

  /** Detaches the application: its streams are closed. Does not wait for the end of it. */
  @Override
  public void close() {
    detach(context);
  }

  private static void detach(ApplicationContext attached) {
    CompletableFuture<@Nullable Void> detached = attached.detach();
    assert detached != null;
  }

  private void unlisten(long listener) {
    CompletableFuture<@Nullable Void> unlistened = context.unlisten(listener);
    assert unlistened != null;
  }

  /** Waits; if the wait is interrupted, what comes nevertheless is given back. */
  private static <T> T await(CompletableFuture<T> future, Consumer<? super T> giveBack) throws InterruptedException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      CompletableFuture<?> givenBack = future.thenAccept(giveBack);
      assert givenBack != null;
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SessionException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private final class Callbacks implements Application {
    @Override
    public AcceptDecision onAccept(Session session) {
      if (accepted.size() >= backlog) {
        return AcceptDecision.REJECT;
      }
      accepted.add(session.stream());
      return AcceptDecision.ACCEPT;
    }

    @Override
    public void onConnected(Session session, long opaque) {
      CompletableFuture<SessionStream> answer = connecting.remove(opaque);
      if (answer == null) {
        session.close();
        return;
      }
      try {
        SessionStream stream = session.stream();
        if (!answer.complete(stream)) {
          stream.close();
        }
      } catch (IllegalStateException e) {
        answer.completeExceptionally(e);
        throw e;
      }
    }

    @Override
    public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
      CompletableFuture<SessionStream> answer = connecting.remove(opaque);
      if (answer != null) {
        answer.completeExceptionally(new SessionException(error, "connect"));
      }
    }

    @Override
    public void onDetached() {
      connecting.values().forEach(answer ->
          answer.completeExceptionally(new SessionException(SessionError.NOAPP, "connect")));
      connecting.clear();
      for (Object waiting = accepted.poll(); waiting != null; waiting = accepted.poll()) {
        if (waiting instanceof SessionStream stream) {
          stream.close();
        }
      }
      accepted.add(END);
    }
  }
}
