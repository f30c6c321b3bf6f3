package org.sluice.core.application;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.application.AttachOptions;

/** The namespaces by id. The default one always exists. Worker 0. */
final class NamespaceTable {
  private final NetworkPlane network;
  private final Map<String, Namespace> byId = new LinkedHashMap<>();
  private final Map<String, Namespace> leaving = new LinkedHashMap<>();
  private final BitSet indexes = new BitSet();

  NamespaceTable(NetworkPlane network) {
    this.network = network;
    Namespace first = add(AttachOptions.DEFAULT_NAMESPACE, 0, Namespace.Place.of(0, 0));
    network.joinTable(true, 0, user(first));
    network.joinTable(false, 0, user(first));
  }

  /** Who uses tables and interfaces, as their lists have it. */
  static String user(Namespace namespace) {
    return "namespace " + namespace.id();
  }

  Collection<Namespace> all() {
    return byId.values();
  }

  /** Those, and then those that are leaving. */
  List<Namespace> allAndLeaving() {
    List<Namespace> all = new ArrayList<>(byId.values());
    all.addAll(leaving.values());
    return all;
  }

  @Nullable Namespace get(String id) {
    return byId.get(id);
  }

  Namespace add(String id, long secret, Namespace.Place place) {
    int index = indexes.nextClearBit(0);
    indexes.set(index);
    Namespace made = new Namespace(id, index, secret, place, network);
    byId.put(id, made);
    return made;
  }

  /** Nobody attaches to it any more; its id and index are taken until it is {@link #gone}. */
  void leaves(Namespace namespace) {
    byId.remove(namespace.id());
    leaving.put(namespace.id(), namespace);
  }

  boolean isLeaving(String id) {
    return leaving.containsKey(id);
  }

  void gone(Namespace namespace) {
    leaving.remove(namespace.id());
    indexes.clear(namespace.index());
  }

  /** Those that have a place, with those that are leaving. */
  int size() {
    return byId.size() + leaving.size();
  }
}
