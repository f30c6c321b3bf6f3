package org.sluice.core.application;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
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
  private final Map<First, LinkedHashSet<AppListener>> byApplication = new HashMap<>();
  private final Set<AppListener> all = new LinkedHashSet<>();
  private volatile ListenIndex index = ListenIndex.EMPTY;

  /** An application, and a transport's id for packets, or the complement of a protocol's number for connects. */
  private record First(long application, int protocol) {}

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

  /** Makes the listening sessions of a listener known to all workers. */
  void publish(AppListener listener) {
    ListenIndex changed = index.with(listener);
    for (First key : firsts(listener)) {
      LinkedHashSet<AppListener> same = byApplication.computeIfAbsent(key, absent -> new LinkedHashSet<>());
      same.add(listener);
      changed = changed.withFirst(key.application(), key.protocol(), same.getFirst());
    }
    index = changed;
  }

  /** Takes the local session of a listener away, which itself stays. */
  void withoutLocal(AppListener listener) {
    ListenIndex changed = index.without(listener);
    listener.local(null);
    changed = changed.with(listener);
    for (First key : firsts(listener)) {
      LinkedHashSet<AppListener> same = byApplication.get(key);
      changed = same == null ? changed : changed.withFirst(key.application(), key.protocol(), same.getFirst());
    }
    index = changed;
  }

  /** Makes a listener known by other keys, in one step for the readers. Its sessions are still those. */
  void rekey(AppListener listener, List<ListenKey> keys) {
    ListenIndex changed = index.without(listener);
    // By then another one that moves too may have one of these keys.
    listener.keys().forEach(key -> byKey.remove(key, listener));
    listener.keys().clear();
    keys.forEach(key -> add(listener, key));
    index = changed.with(listener);
  }

  void remove(AppListener listener) {
    listener.keys().forEach(key -> byKey.remove(key, listener));
    all.remove(listener);
    ListenIndex changed = index.without(listener);
    for (First key : firsts(listener)) {
      LinkedHashSet<AppListener> same = byApplication.get(key);
      if (same != null && same.remove(listener)) {
        changed = changed.withFirst(key.application(), key.protocol(), same.isEmpty() ? null : same.getFirst());
        if (same.isEmpty()) {
          byApplication.remove(key);
        }
      }
    }
    index = changed;
  }

  /** What a rule that redirects to its application finds it by, if it is the first. */
  private static List<First> firsts(AppListener listener) {
    if (listener.isProxy()) {
      return List.of();
    }
    long application = listener.application().handle();
    First local = new First(application, ~listener.localProtocol());
    AppListener.Listening global = listener.global();
    return global == null ? List.of(local) : List.of(local, new First(application, global.transport().id()));
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

  @Override
  public long first(long application, int protocol) {
    return index.first(application, protocol);
  }

  @Override
  public long findLocal(int namespace, int protocolSlot, boolean secure, FlowKey key) {
    return index.findLocal(namespace, protocolSlot, secure, key);
  }

  /** The same for a connect, which local tables know the protocol of by a number. */
  long firstLocal(long application, int localProtocol) {
    return index.first(application, ~localProtocol);
  }
}
