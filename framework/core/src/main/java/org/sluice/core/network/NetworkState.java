package org.sluice.core.network;

/** The snapshot that everybody reads, and the next one while a change is made. Written on worker 0. */
final class NetworkState {
  private volatile NetworkSnapshot current = NetworkSnapshot.EMPTY;
  private NetworkSnapshot next = current;

  NetworkSnapshot current() {
    return current;
  }

  /** What holds after the steps of the change that is being made. */
  NetworkSnapshot next() {
    return next;
  }

  void publish(RouteTable table) {
    next = next.with(table);
  }

  void retract(RouteTable table) {
    next = next.without(table);
  }

  void publish(NetInterface changed) {
    next = next.with(changed);
  }

  void retract(NetInterface gone) {
    next = next.without(gone);
  }

  /** Shows all steps at once. */
  void commit() {
    current = next;
  }
}
