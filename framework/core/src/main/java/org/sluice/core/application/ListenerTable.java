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
import org.sluice.spi.transport.EndpointConfig;

/**
 * The listeners by key and by handle. Written on worker 0; other workers read the published snapshot, the old one or
 * the new one. The unspecified address takes what no exact address takes.
 */
final class ListenerTable implements SessionCore.Listeners {
  private final Map<ListenKey, AppListener> byKey = new LinkedHashMap<>();
  private final Map<ListenIndex.First, LinkedHashSet<AppListener>> byApplication = new HashMap<>();
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
    AppListener before = byKey.put(key, listener);
    assert before == null || before == listener : key;
    listener.keys().add(key);
    all.add(listener);
  }

  /** Makes the listening sessions of a listener known to all workers. */
  void publish(AppListener listener) {
    index = withFirsts(listener, index.with(listener));
  }

  /** Takes the local session of a listener away, which itself stays. */
  void withoutLocal(AppListener listener) {
    ListenIndex changed = index.without(listener);
    listener.local(null);
    changed = changed.with(listener);
    for (ListenIndex.First key : firsts(listener)) {
      LinkedHashSet<AppListener> same = byApplication.get(key);
      changed = same == null ? changed : changed.withFirst(key, same.getFirst());
    }
    index = changed;
  }

  /** Takes the network's session of a listener away, which itself stays for connects of this host. */
  void withoutGlobal(AppListener listener) {
    ListenIndex changed = withoutFirsts(listener, index.without(listener));
    listener.keys().removeIf(key -> key.scope() >= 0 && byKey.remove(key, listener));
    listener.global(null);
    index = withFirsts(listener, changed.with(listener));
  }

  /** Lets others have the keys of a listener, which is to be known by other ones. Readers find it as ever. */
  void giveUpKeys(AppListener listener) {
    listener.keys().forEach(key -> byKey.remove(key, listener));
  }

  /**
   * Makes a listener known by other keys and its other config, in one step for the readers. Its sessions are still
   * those.
   */
  void rekey(AppListener listener, List<ListenKey> keys, EndpointConfig config) {
    ListenIndex changed = withoutFirsts(listener, index.without(listener));
    giveUpKeys(listener);
    listener.keys().clear();
    listener.config(config);
    keys.forEach(key -> add(listener, key));
    index = withFirsts(listener, changed.with(listener));
  }

  void remove(AppListener listener) {
    giveUpKeys(listener);
    all.remove(listener);
    index = withoutFirsts(listener, index.without(listener));
  }

  private ListenIndex withFirsts(AppListener listener, ListenIndex to) {
    ListenIndex changed = to;
    for (ListenIndex.First key : firsts(listener)) {
      LinkedHashSet<AppListener> same = byApplication.computeIfAbsent(key, absent -> new LinkedHashSet<>());
      same.add(listener);
      changed = changed.withFirst(key, same.getFirst());
    }
    return changed;
  }

  private ListenIndex withoutFirsts(AppListener listener, ListenIndex from) {
    ListenIndex changed = from;
    for (ListenIndex.First key : firsts(listener)) {
      LinkedHashSet<AppListener> same = byApplication.get(key);
      if (same != null && same.remove(listener)) {
        changed = changed.withFirst(key, same.isEmpty() ? null : same.getFirst());
        if (same.isEmpty()) {
          byApplication.remove(key);
        }
      }
    }
    return changed;
  }

  /** What a rule that redirects to its application finds it by, if it is the first. */
  private static List<ListenIndex.First> firsts(AppListener listener) {
    if (listener.isProxy()) {
      return List.of();
    }
    ListenIndex.First local = ListenIndex.First.local(listener);
    AppListener.Listening global = listener.global();
    return global == null ? List.of(local) : List.of(local, ListenIndex.First.global(listener, global));
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
  public long first(long application, FlowKey key) {
    return index.first(application, key);
  }

  @Override
  public long findLocal(int namespace, int protocolSlot, boolean secure, FlowKey key) {
    return index.findLocal(namespace, protocolSlot, secure, key);
  }

  /** The same for a connect, which local tables know the protocol of by a number. */
  long firstLocal(long application, int localProtocol, boolean ip4) {
    return index.firstLocal(application, localProtocol, ip4);
  }
}
