package org.sluice.plugin.tcp;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.Network;
import org.sluice.spi.network.Path;
import org.sluice.spi.network.PathRequest;

/**
 * The paths of one worker. Connections between the same two addresses share one, and the last ones used are kept for a
 * while, so that a connection that comes and goes allocates none. Owned by the worker.
 */
final class PathTable {
  private final Network network;
  private final int maxIdle;
  private final Map<Key, Entry> entries = new HashMap<>();
  private final ArrayDeque<Entry> idle = new ArrayDeque<>();
  private final Key probe = new Key();

  /** A way between two addresses. */
  static class Key {
    long localHigh;
    long localLow;
    long remoteHigh;
    long remoteLow;
    int table;
    int interfaceIndex;
    int dscp;

    @Override
    public boolean equals(Object other) {
      return other instanceof Key that && remoteLow == that.remoteLow && localLow == that.localLow
          && remoteHigh == that.remoteHigh && localHigh == that.localHigh && table == that.table
          && interfaceIndex == that.interfaceIndex && dscp == that.dscp;
    }

    @Override
    public int hashCode() {
      long hash = remoteLow * 0x9e3779b97f4a7c15L + remoteHigh + 31 * localLow + 17 * localHigh + table + 7L * dscp;
      return (int) (hash ^ hash >>> 32);
    }

    final void copy(Key other) {
      localHigh = other.localHigh;
      localLow = other.localLow;
      remoteHigh = other.remoteHigh;
      remoteLow = other.remoteLow;
      table = other.table;
      interfaceIndex = other.interfaceIndex;
      dscp = other.dscp;
    }
  }

  /** A path with its users. */
  static final class Entry extends Key {
    private Path path;
    private int users;
    private boolean queued;

    private Entry(Key key, Path path) {
      copy(key);
      this.path = path;
    }

    Path path() {
      return path;
    }
  }

  PathTable(Network network, int maxIdle) {
    this.network = network;
    this.maxIdle = maxIdle;
  }

  int size() {
    return entries.size();
  }

  /** Fills in what {@link #acquire} asks for. */
  Key probe() {
    return probe;
  }

  /** The path of the {@link #probe}, with one more user; null when there is none. */
  @Nullable Entry acquire() {
    Entry entry = entries.get(probe);
    if (entry == null) {
      Path path = ask(probe);
      if (path == null) {
        return null;
      }
      entry = new Entry(probe, path);
      entries.put(entry, entry);
    } else if (!refresh(entry)) {
      return null;
    }
    entry.users++;
    return entry;
  }

  /** Asks anew for a path that routes or addresses have outdated; false when there is none now. */
  boolean refresh(Entry entry) {
    if (entry.path.isCurrent()) {
      return true;
    }
    Path path = ask(entry);
    if (path == null) {
      return false;
    }
    entry.path.release();
    entry.path = path;
    return true;
  }

  void release(Entry entry) {
    if (--entry.users > 0 || entry.queued) {
      return;
    }
    entry.queued = true;
    idle.add(entry);
    while (idle.size() > maxIdle) {
      Entry oldest = idle.remove();
      oldest.queued = false;
      if (oldest.users == 0) {
        entries.remove(oldest);
        oldest.path.release();
      }
    }
  }

  /** Gives up what nobody uses. */
  void clear() {
    for (Entry entry = idle.poll(); entry != null; entry = idle.poll()) {
      entry.queued = false;
      if (entry.users == 0) {
        entries.remove(entry);
        entry.path.release();
      }
    }
  }

  private @Nullable Path ask(Key key) {
    return network.path(new PathRequest(new IpAddress(key.remoteHigh, key.remoteLow),
        new IpAddress(key.localHigh, key.localLow), key.table, key.interfaceIndex, key.dscp,
        TcpHeader.PROTOCOL));
  }
}
