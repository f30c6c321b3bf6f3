package org.sluice.core;

import org.jspecify.annotations.Nullable;
import org.sluice.core.ip.IpWorker;
import org.sluice.core.runtime.WorkerDuties;

/** What a worker does in a turn: packets come in first and go out last, the session layer is between. */
final class LayeredDuties implements WorkerDuties {
  private final IpWorker ip;
  private final WorkerDuties sessions;

  LayeredDuties(IpWorker ip, WorkerDuties sessions) {
    this.ip = ip;
    this.sessions = sessions;
  }

  @Override
  public void updateTime(long nowNs) {
    sessions.updateTime(nowNs);
  }

  @Override
  public int receive(long nowNs) {
    return ip.receive();
  }

  @Override
  public int dispatchEvents(int budget) {
    return sessions.dispatchEvents(budget);
  }

  @Override
  public int transmit(long nowNs) {
    return sessions.transmit(nowNs) + ip.flush();
  }

  @Override
  public long idleNs(long nowNs) {
    return Math.min(ip.idleNs(nowNs), sessions.idleNs(nowNs));
  }

  @Override
  public int @Nullable [] descriptors() {
    return ip.descriptors();
  }
}
