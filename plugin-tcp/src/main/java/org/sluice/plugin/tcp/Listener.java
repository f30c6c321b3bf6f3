package org.sluice.plugin.tcp;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.transport.TransportConnection;

/** What is listened on. Owned by worker 0. */
final class Listener extends TransportConnection {
  final int slot;
  int generation;
  @Nullable Listener nextFree;

  Listener(int slot) {
    this.slot = slot;
  }

  void begin(long handle, int protocolId) {
    reuse(handle, protocolId);
  }
}
