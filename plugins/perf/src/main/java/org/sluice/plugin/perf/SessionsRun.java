package org.sluice.plugin.perf;

import java.util.concurrent.atomic.AtomicInteger;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.HostServices;

/** A run over a number of sessions that are connected before it begins. */
abstract class SessionsRun extends Run {
  /** Connects that are not answered at a time. */
  private static final int RAMP = 64;

  private final ConnectOptions target;
  private final int sessions;
  private final Workload workload;
  private final AtomicInteger toConnect;
  private final AtomicInteger unanswered;
  private final AtomicInteger left;

  SessionsRun(ConnectOptions target, int sessions, Workload workload) {
    this.target = target;
    this.sessions = sessions;
    this.workload = workload;
    toConnect = new AtomicInteger(sessions);
    unanswered = new AtomicInteger(sessions);
    left = new AtomicInteger(sessions);
  }

  /** The run that a command asks for. */
  static SessionsRun of(HostServices services, PerfSettings settings, RunArguments arguments, Workload workload) {
    return arguments.threads()
        ? new ThreadRun(services.clock(), arguments.target(), arguments.sessions(), workload)
        : new CallbackRun(services, arguments.target(), arguments.sessions(), workload, settings.fifoBytes());
  }

  /** The round trips of all sessions; when the run has ended. */
  abstract RoundTrips roundTrips();

  final Workload workload() {
    return workload;
  }

  final int sessions() {
    return sessions;
  }

  @Override
  final int left() {
    return left.get();
  }

  @Override
  String unit() {
    return workload.kind() == Kind.ECHO ? "round trips" : "messages";
  }

  @Override
  public void onAttached(ApplicationContext attached) {
    super.onAttached(attached);
    for (int i = 0; i < RAMP; i++) {
      connectNext();
    }
  }

  @Override
  public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
    failed(error.text());
    answered();
  }

  /** A connect was answered. */
  final void answered() {
    if (unanswered.decrementAndGet() == 0) {
      ready().complete(null);
    } else {
      connectNext();
    }
  }

  /** A session has ended in good order, after so many bytes. */
  final void succeeded(long bytes) {
    outcomes().succeeded(bytes);
    leave();
  }

  /** A session has ended otherwise, or was never connected. */
  final void failed(String why) {
    outcomes().failed(why);
    leave();
  }

  private void leave() {
    if (left.decrementAndGet() == 0) {
      ended().complete(null);
    }
  }

  private void connectNext() {
    // Not below zero however often it is called.
    while (toConnect.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
      SessionError error = context().connect(target, 0);
      if (error == SessionError.NONE) {
        return;
      }
      failed(error.text());
      if (unanswered.decrementAndGet() == 0) {
        ready().complete(null);
      }
    }
  }
}
