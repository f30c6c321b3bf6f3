package org.sluice.plugin.perf;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.SessionStream;

/** One session of a {@link ThreadRun}, from its hello to its end. */
abstract class ClientThread implements Runnable {
  private final SessionsRun run;
  private final SessionStream stream;
  private final Lane lane;
  private long bytes;

  ClientThread(SessionsRun run, SessionStream stream, Lane lane) {
    this.run = run;
    this.stream = stream;
    this.lane = lane;
  }

  /** Measures until the run finishes; gives what went wrong, or null. */
  abstract @Nullable String measure() throws InterruptedException;

  @Override
  public final void run() {
    String failure = "thread failed";
    try (stream) {
      byte[] hello = run.workload().kind().hello();
      failure = write(hello) == hello.length ? measure() : ended();
    } catch (InterruptedException e) {
      failure = "interrupted";
    } finally {
      if (failure == null) {
        run.succeeded(bytes);
      } else {
        run.failed(failure);
      }
    }
  }

  final SessionsRun owner() {
    return run;
  }

  final SessionStream stream() {
    return stream;
  }

  final Lane lane() {
    return lane;
  }

  final Workload workload() {
    return run.workload();
  }

  /** Payload written so far. */
  final long bytes() {
    return bytes;
  }

  final int write(byte[] data) throws InterruptedException {
    return stream.writer().write(data, 0, data.length);
  }

  final void wrote(int count) {
    bytes += count;
    lane.bytes(count);
  }

  /** Why less was written than was given. */
  final String ended() {
    int room = stream.writer().writable();
    return room < 0 ? SessionError.of(room).text() : SessionError.UNKNOWN.text();
  }
}
