package org.sluice.core.ip;

import org.jspecify.annotations.Nullable;

/** Neighbours of one state, the one that came into it first being the first. Worker 0. */
final class NeighborLine {
  private @Nullable Neighbor first;
  private @Nullable Neighbor last;
  private int size;

  @Nullable Neighbor first() {
    return first;
  }

  int size() {
    return size;
  }

  void add(Neighbor added) {
    Neighbor before = last;
    added.before = before;
    added.line = this;
    if (before == null) {
      first = added;
    } else {
      before.after = added;
    }
    last = added;
    size++;
  }

  void remove(Neighbor removed) {
    Neighbor before = removed.before;
    Neighbor after = removed.after;
    if (before == null) {
      first = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.before = before;
    }
    removed.before = null;
    removed.after = null;
    removed.line = null;
    size--;
  }
}
