package org.sluice.plugin.perf;

import java.util.ArrayList;
import java.util.List;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.host.HostServices;

/** A run whose sessions are driven by callbacks; what they measure is kept per worker. */
final class CallbackRun extends SessionsRun {
  private final List<ClientWorker> workers = new ArrayList<>();

  CallbackRun(HostServices services, ConnectOptions target, int sessions, Workload workload, int burstBytes) {
    super(target, sessions, workload);
    for (int i = 0; i < services.workers().count(); i++) {
      workers.add(new ClientWorker(this, services.workers().worker(i), services.clock(), burstBytes));
    }
  }

  @Override
  public SessionCallbacks newWorker(int workerIndex) {
    return workers.get(workerIndex);
  }

  @Override
  void begin() {
    workers.forEach(ClientWorker::begin);
  }

  @Override
  void finish() {
    super.finish();
    workers.forEach(ClientWorker::finish);
  }

  @Override
  RoundTrips roundTrips() {
    RoundTrips all = RoundTrips.ofOne();
    workers.forEach(worker -> all.add(worker.roundTrips()));
    return all;
  }

  @Override
  List<Lane> lanes() {
    return workers.stream().map(ClientWorker::lane).toList();
  }
}
