package org.sluice.plugin.transfer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How far a transfer is. Written by the worker of its session and by its {@link FileLane}, read by any thread. */
final class Progress {
  private final String direction;
  private final String peer;
  private volatile String name = "";
  private volatile long sizeBytes;
  private final AtomicLong doneBytes = new AtomicLong();
  private final AtomicLong movedBytes = new AtomicLong();
  private final AtomicInteger entries = new AtomicInteger();
  private volatile int expectedEntries;
  private volatile long lastActiveNs;

  Progress(String direction, String peer, long nowNs) {
    this.direction = direction;
    this.peer = peer;
    lastActiveNs = nowNs;
  }

  /** {@code send} or {@code receive}. */
  String direction() {
    return direction;
  }

  String peer() {
    return peer;
  }

  /** The entry that is moved, or empty. */
  String name() {
    return name;
  }

  /** How much of it the receiver has. */
  long doneBytes() {
    return doneBytes.get();
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /** File bytes that crossed the session, over all entries. */
  long movedBytes() {
    return movedBytes.get();
  }

  /** Entries that are finished. */
  int entries() {
    return entries.get();
  }

  /** Entries in all, 0 while that is not known. */
  int expectedEntries() {
    return expectedEntries;
  }

  /** The last time something happened. */
  long lastActiveNs() {
    return lastActiveNs;
  }

  void expect(int newEntries) {
    expectedEntries = newEntries;
  }

  void active(long nowNs) {
    lastActiveNs = nowNs;
  }

  void began(String newName, long newSizeBytes) {
    name = newName;
    sizeBytes = newSizeBytes;
    doneBytes.set(0);
  }

  void at(long newDoneBytes) {
    doneBytes.set(newDoneBytes);
  }

  /** Bytes crossed the session. */
  void moved(int bytes) {
    doneBytes.addAndGet(bytes);
    movedBytes.addAndGet(bytes);
  }

  void finished() {
    entries.incrementAndGet();
    name = "";
  }
}
