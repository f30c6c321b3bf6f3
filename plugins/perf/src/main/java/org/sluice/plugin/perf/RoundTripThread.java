package org.sluice.plugin.perf;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.session.SessionStream;

/** Has one message in flight, and checks what comes back. */
final class RoundTripThread extends ClientThread {
  private final Clock clock;
  private final RoundTrips roundTrips;
  private final byte[] echo;

  RoundTripThread(SessionsRun run, SessionStream stream, Lane lane, RoundTrips roundTrips, Clock clock) {
    super(run, stream, lane);
    this.roundTrips = roundTrips;
    this.clock = clock;
    echo = new byte[run.workload().size()];
  }

  @Override
  @Nullable String measure() throws InterruptedException {
    byte[] message = workload().message();
    do {
      long sentNs = clock.nanoTime();
      if (write(message) != message.length) {
        return ended();
      }
      int have = 0;
      while (have < echo.length) {
        int count = stream().reader().read(echo, have, echo.length - have);
        if (count < 0) {
          return SessionError.of(count).text();
        }
        have += count;
      }
      roundTrips.record(clock.nanoTime() - sentNs);
      lane().message();
      if (!workload().matches(0, echo, have)) {
        return "wrong echo";
      }
      wrote(have);
    } while (!owner().isFinishing());
    return null;
  }
}
