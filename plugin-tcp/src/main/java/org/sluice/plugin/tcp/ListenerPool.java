package org.sluice.plugin.tcp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.TransportConnection;

/** The listeners of a stack by slot. Owned by worker 0. */
final class ListenerPool {
  private final int limit;
  private final List<Listener> slots = new ArrayList<>();
  private @Nullable Listener free;
  private int used;

  ListenerPool(int limit) {
    this.limit = Math.min(limit, Handle.MAX_SLOTS);
  }

  @Nullable Listener allocate(int protocolId) {
    Listener listener = free;
    if (listener == null) {
      if (slots.size() == limit) {
        return null;
      }
      listener = new Listener(slots.size());
      slots.add(listener);
    } else {
      free = listener.nextFree;
    }
    used++;
    listener.begin(Handle.of(0, listener.slot, ++listener.generation), protocolId);
    return listener;
  }

  void free(Listener listener) {
    listener.begin(TransportConnection.NONE, listener.protocol());
    listener.nextFree = free;
    free = listener;
    used--;
  }

  @Nullable Listener get(long handle) {
    int slot = Handle.slot(handle);
    Listener listener = slot < slots.size() ? slots.get(slot) : null;
    return listener != null && listener.handle() == handle ? listener : null;
  }

  int used() {
    return used;
  }
}
