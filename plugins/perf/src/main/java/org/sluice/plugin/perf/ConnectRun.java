package org.sluice.plugin.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.HostServices;

/** Connects, has one byte echoed, closes, and again; so many at a time, each followed by the next. */
final class ConnectRun extends Run {
  private final ConnectOptions target;
  private final int outstanding;
  private final AtomicInteger left;
  private final List<ConnectWorker> workers = new ArrayList<>();

  ConnectRun(HostServices services, ConnectOptions target, int outstanding) {
    this.target = target;
    this.outstanding = outstanding;
    left = new AtomicInteger(outstanding);
    for (int i = 0; i < services.workers().count(); i++) {
      workers.add(new ConnectWorker(this));
    }
  }

  @Override
  public void onAttached(ApplicationContext attached) {
    super.onAttached(attached);
    ready().complete(null);
  }

  @Override
  public SessionCallbacks newWorker(int workerIndex) {
    return workers.get(workerIndex);
  }

  @Override
  void begin() {
    for (int i = 0; i < outstanding; i++) {
      connect();
    }
  }

  @Override
  List<Lane> lanes() {
    return workers.stream().map(ConnectWorker::lane).toList();
  }

  @Override
  int left() {
    return left.get();
  }

  @Override
  String unit() {
    return "connections";
  }

  /** A connection has come to its end, good or not. */
  void next(boolean good) {
    // Where none has ever succeeded, failing on as fast as possible would tell nothing more.
    if (isFinishing() || !good && messages() == 0) {
      leave();
    } else {
      connect();
    }
  }

  private void connect() {
    SessionError error = context().connect(target, 0);
    if (error != SessionError.NONE) {
      // No callback follows: with LIMIT, others are under way, and go on.
      outcomes().failed(error.text());
      leave();
    }
  }

  private void leave() {
    if (left.decrementAndGet() == 0) {
      ended().complete(null);
    }
  }
}
