package org.sluice.core.application;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.core.session.SessionCore;
import org.sluice.core.session.SessionListener;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;

/**
 * The listeners by key and by handle. Written on worker 0; other workers read the published snapshots. The unspecified
 * address takes what no exact address takes.
 */
final class ListenerTable implements SessionCore.Listeners {
  private final Map<ListenKey, AppListener> byKey = new LinkedHashMap<>();
  private final Set<AppListener> all = new LinkedHashSet<>();
  private volatile @Nullable Slot[] bySlot = new @Nullable Slot[0];
  private volatile ListenIndex index = ListenIndex.EMPTY;

  private record Slot(long handle, AppListener listener) {}

  // ---- Worker 0.

  @Nullable AppListener exact(ListenKey key) {
    return byKey.get(key);
  }

  /** The listener of a key, or else of its port on the unspecified address; the key is that one's afterwards. */
  @Nullable AppListener find(ListenKey key) {
    AppListener exact = byKey.get(key);
    return exact == null ? byKey.get(key.setWildcard()) : exact;
  }

  void add(AppListener listener, ListenKey key) {
    byKey.put(key, listener);
    listener.keys().add(key);
    all.add(listener);
  }

  /** Makes a listening session known to all workers. */
  void publish(AppListener listener, long handle) {
    int slot = Handle.slot(handle);
    @Nullable Slot[] copy = Arrays.copyOf(bySlot, Math.max(bySlot.length, slot + 1));
    copy[slot] = new Slot(handle, listener);
    bySlot = copy;
    index = ListenIndex.of(all);
  }

  /** Makes a listening session unknown whose listener stays. */
  void unpublish(long handle) {
    @Nullable Slot[] copy = bySlot.clone();
    copy[Handle.slot(handle)] = null;
    bySlot = copy;
  }

  void remove(AppListener listener) {
    listener.keys().forEach(byKey::remove);
    all.remove(listener);
    @Nullable Slot[] copy = bySlot.clone();
    for (int i = 0; i < copy.length; i++) {
      Slot slot = copy[i];
      if (slot != null && slot.listener() == listener) {
        copy[i] = null;
      }
    }
    bySlot = copy;
    index = ListenIndex.of(all);
  }

  Collection<AppListener> all() {
    return all;
  }

  // ---- Any worker.

  @Nullable AppListener get(long handle) {
    @Nullable Slot[] snapshot = bySlot;
    int i = Handle.slot(handle);
    Slot slot = handle >= 0 && i < snapshot.length ? snapshot[i] : null;
    return slot != null && slot.handle() == handle ? slot.listener() : null;
  }

  @Override
  public @Nullable SessionListener listener(long handle) {
    return get(handle);
  }

  @Override
  public long find(FlowKey key) {
    return index.find(key);
  }
}
