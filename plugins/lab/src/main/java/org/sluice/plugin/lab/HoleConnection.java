package org.sluice.plugin.lab;

import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;

/** A flow that leads nowhere: a listener that nobody reaches, a connect that waits, or one that was answered. */
final class HoleConnection extends TransportConnection {
  final Role role;
  /** When a connect that waits has waited long enough. */
  long deadlineNs;
  /** What was written to it since it was answered. */
  long swallowedBytes;

  enum Role { LISTENER, CIRCUIT }

  HoleConnection(Role role, long handle, int protocolId) {
    this.role = role;
    reuse(handle, protocolId);
  }

  static HoleConnection listener(long handle, int protocolId, EndpointConfig config, long session) {
    HoleConnection made = new HoleConnection(Role.LISTENER, handle, protocolId);
    made.endpoints(config);
    made.sessionHandle(session);
    return made;
  }
}
