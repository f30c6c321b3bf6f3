package org.sluice.core.ip;

import org.jspecify.annotations.Nullable;

/** A datagram of which fragments are missing, or one that was discarded and whose later fragments are to go too. */
final class IncompleteDatagram {
  static final int LENGTH_UNKNOWN = -1;

  /** Its number, which is that of its place for headers. */
  final int index;

  // What its fragments have in common. The scope is the interface of link-local addresses, else -1.
  long sourceHigh;
  long sourceLow;
  long destinationHigh;
  long destinationLow;
  int identification;
  int protocol;
  int table;
  int scope;

  // What has come.
  int firstBlock = FragmentStore.NONE;
  int lastBlock = FragmentStore.NONE;
  int fragments;
  int receivedBytes;
  int totalBytes;
  int farthestByte;
  int headerBytes;
  int ecnSeen;
  boolean discarded;

  int interfaceIndex;
  long deadlineNs;

  // Kept by the table.
  int bucket;
  @Nullable IncompleteDatagram nextInBucket;
  @Nullable IncompleteDatagram older;
  @Nullable IncompleteDatagram newer;

  IncompleteDatagram(int index) {
    this.index = index;
  }

  boolean isIp6() {
    return protocol == FragmentTable.ANY_PROTOCOL;
  }

  boolean hasFirst() {
    return headerBytes != 0;
  }

  void begin(FragmentTable.Key key) {
    sourceHigh = key.sourceHigh;
    sourceLow = key.sourceLow;
    destinationHigh = key.destinationHigh;
    destinationLow = key.destinationLow;
    identification = key.identification;
    protocol = key.protocol;
    table = key.table;
    scope = key.scope;
    fragments = 0;
    receivedBytes = 0;
    totalBytes = LENGTH_UNKNOWN;
    farthestByte = 0;
    headerBytes = 0;
    ecnSeen = 0;
    discarded = false;
  }

  boolean hasKey(FragmentTable.Key key) {
    return identification == key.identification
        && destinationLow == key.destinationLow
        && destinationHigh == key.destinationHigh
        && protocol == key.protocol
        && isFrom(key);
  }

  boolean isFrom(FragmentTable.Key key) {
    return sourceLow == key.sourceLow && sourceHigh == key.sourceHigh && table == key.table && scope == key.scope;
  }
}
