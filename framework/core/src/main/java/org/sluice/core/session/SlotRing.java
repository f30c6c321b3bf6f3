package org.sluice.core.session;

/** Numbers of slots, the oldest first. Grows as it has to. Owned by one worker. */
final class SlotRing {
  private static final int FIRST_LENGTH = 64;

  private int[] ring = new int[FIRST_LENGTH];
  private int head;
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  void add(int slot) {
    if (size == ring.length) {
      grow();
    }
    ring[(head + size++) % ring.length] = slot;
  }

  /** Takes the oldest; there is one. */
  int poll() {
    int slot = ring[head];
    head = (head + 1) % ring.length;
    size--;
    return slot;
  }

  private void grow() {
    int[] longer = new int[ring.length * 2];
    for (int i = 0; i < size; i++) {
      longer[i] = ring[(head + i) % ring.length];
    }
    ring = longer;
    head = 0;
  }
}
