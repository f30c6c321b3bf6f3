package org.sluice.plugin.perf;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.SessionStream;

/** Writes messages as fast as they are taken, half-closes at the end, and compares the server's count with its own. */
final class StreamThread extends ClientThread {
  StreamThread(SessionsRun run, SessionStream stream, Lane lane) {
    super(run, stream, lane);
  }

  @Override
  @Nullable String measure() throws InterruptedException {
    byte[] message = workload().message();
    do {
      if (write(message) != message.length) {
        return ended();
      }
      wrote(message.length);
      lane().message();
    } while (!owner().isFinishing());
    SessionError error = stream().writer().shutdown();
    return error == SessionError.NONE ? compare() : error.text();
  }

  private @Nullable String compare() throws InterruptedException {
    byte[] total = new byte[Kind.TOTAL_BYTES];
    int have = 0;
    while (have < total.length) {
      int count = stream().reader().read(total, have, total.length - have);
      if (count < 0) {
        return SessionError.of(count).text();
      }
      have += count;
    }
    return ByteBuffer.wrap(total).getLong() == bytes() ? null : "wrong total";
  }
}
