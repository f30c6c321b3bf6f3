package org.sluice.plugin.tcp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.TransportConnection;

/** The listeners of a stack by slot. Owned by worker 0; what accepting connections need is read by all. */
final class ListenerPool {
  private final int limit;
  private final List<Listener> slots = new ArrayList<>();
  private @Nullable Listener free;
  private int used;

  /** What listeners ask for, by the slots of their sessions; most ask for nothing. Written on worker 0, read by all. */
  private volatile @Nullable Wish[] wishes = new @Nullable Wish[0];

  private record Wish(long session, String congestion) {}

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

  /** Notes what the connections of a listening session are to have. */
  void congestion(long session, String name) {
    int slot = Handle.slot(session);
    @Nullable Wish[] before = wishes;
    if (name.isEmpty() && slot >= before.length) {
      return;
    }
    @Nullable Wish[] after = Arrays.copyOf(before, Math.max(slot + 1, before.length));
    after[slot] = name.isEmpty() ? null : new Wish(session, name);
    wishes = after;
  }

  /** The congestion control that a listening session asks for, see {@link CongestionChoice#wish}. Any worker. */
  String congestion(long session) {
    @Nullable Wish[] now = wishes;
    int slot = Handle.slot(session);
    Wish wish = slot < now.length ? now[slot] : null;
    return wish != null && wish.session() == session ? wish.congestion() : CongestionChoice.NONE;
  }

  int used() {
    return used;
  }
}
