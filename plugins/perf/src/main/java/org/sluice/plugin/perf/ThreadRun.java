package org.sluice.plugin.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionStream;

/** A run with a thread for each session: a platform thread for each of a few, virtual threads for many. */
final class ThreadRun extends SessionsRun {
  /** Platform threads spin before they sleep, which more of them than processors would pay for. */
  private static final int MOST_PLATFORM_THREADS = 4;

  private final Clock clock;
  /** One for all: a histogram for each of thousands of threads would be too much memory. */
  private final RoundTrips roundTrips = RoundTrips.ofMany();
  private final Queue<SessionStream> streams = new ConcurrentLinkedQueue<>();
  private final List<Lane> lanes = new ArrayList<>();

  ThreadRun(Clock clock, ConnectOptions target, int sessions, Workload workload) {
    super(target, sessions, workload);
    this.clock = clock;
    for (int i = 0; i < sessions; i++) {
      lanes.add(new Lane());
    }
  }

  @Override
  public void onConnected(Session session, long opaque) {
    workload().kind().prepare(session);
    streams.add(session.stream());
    answered();
  }

  @Override
  void begin() {
    Thread.Builder threads = sessions() <= MOST_PLATFORM_THREADS ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
    threads.name("perf-client-", 0);
    int started = 0;
    for (SessionStream stream = streams.poll(); stream != null; stream = streams.poll()) {
      threads.start(client(stream, lanes.get(started++)));
    }
  }

  @Override
  List<Lane> lanes() {
    return lanes;
  }

  @Override
  RoundTrips roundTrips() {
    return roundTrips;
  }

  private ClientThread client(SessionStream stream, Lane lane) {
    return workload().kind() == Kind.ECHO
        ? new RoundTripThread(this, stream, lane, roundTrips, clock)
        : new StreamThread(this, stream, lane);
  }
}
