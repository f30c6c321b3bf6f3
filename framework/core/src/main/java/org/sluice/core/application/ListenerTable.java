package org.sluice.core.application;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.core.session.SessionCore;
import org.sluice.core.session.SessionListener;
import org.sluice.spi.session.FlowKey;

/**
 * The listeners by key and by handle. Written on worker 0; other workers read the published snapshot, the old one or
 * the new one. The unspecified address takes what no exact address takes.
 */
final class ListenerTable implements SessionCore.Listeners {
  private final Map<ListenKey, AppListener> byKey = new LinkedHashMap<>();
  private final Set<AppListener> all = new LinkedHashSet<>();
  private volatile ListenIndex index = ListenIndex.EMPTY;

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
    index = index.with(listener, handle);
  }

  /** Makes a listening session unknown whose listener stays. */
  void unpublish(long handle) {
    AppListener listener = index.get(handle);
    if (listener != null) {
      index = index.without(listener, handle);
    }
  }

  void remove(AppListener listener) {
    listener.keys().forEach(byKey::remove);
    all.remove(listener);
    ListenIndex changed = index;
    for (AppListener.Listening gone : new AppListener.@Nullable Listening[] {listener.global(), listener.local()}) {
      changed = gone == null ? changed : changed.without(listener, gone.session());
    }
    index = changed;
  }

  Collection<AppListener> all() {
    return all;
  }

  // ---- Any worker.

  @Nullable AppListener get(long handle) {
    return index.get(handle);
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
