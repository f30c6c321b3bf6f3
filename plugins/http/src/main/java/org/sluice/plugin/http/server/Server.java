package org.sluice.plugin.http.server;

import java.util.concurrent.TimeUnit;
import org.sluice.spi.host.HostServices;

/** What all sessions have in common. */
final class Server {
  private final HostServices services;
  private final HttpSettings settings;
  private final HttpCounters counters;
  private final SpareChunks[] spares;

  Server(HostServices services) {
    this.services = services;
    settings = HttpSettings.of(services.configuration());
    counters = new HttpCounters(services.counters());
    spares = new SpareChunks[services.workers().count()];
    for (int i = 0; i < spares.length; i++) {
      spares[i] = new SpareChunks(settings, counters, i);
    }
  }

  HostServices services() {
    return services;
  }

  HttpSettings settings() {
    return settings;
  }

  HttpCounters counters() {
    return counters;
  }

  /** The buffers of a worker, for that worker. */
  SpareChunks spares(int worker) {
    return spares[worker];
  }

  /** The time for people, in seconds since 1970. */
  long epochSeconds() {
    return TimeUnit.MICROSECONDS.toSeconds(services.clock().epochMicros());
  }
}
