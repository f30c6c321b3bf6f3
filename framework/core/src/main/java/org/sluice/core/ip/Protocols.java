package org.sluice.core.ip;

import org.jspecify.annotations.Nullable;
import org.sluice.core.fault.PluginFaults;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.ProtocolInput;

/** Who serves which IP protocol. Written by worker 0, read by all as an immutable array. */
final class Protocols {
  static final int COUNT = 256;

  @SuppressWarnings("ArrayRecordComponent")
  private volatile @Nullable Entry[] entries = new @Nullable Entry[COUNT];

  /**
   * A registration.
   *
   * @param protocol the number
   * @param input whom its packets are given to
   * @param faults the account of the plugin
   */
  record Entry(int protocol, ProtocolInput input, PluginFaults faults) {}

  @Nullable Entry find(int protocol) {
    return entries[protocol];
  }

  void add(Entry entry) {
    int number = entry.protocol();
    if (number < 0 || number >= COUNT) {
      throw new IllegalArgumentException("IP protocol " + number + " is none of 0 to " + (COUNT - 1));
    }
    if (number == IcmpHeader.PROTOCOL_4 || number == IcmpHeader.PROTOCOL_6) {
      throw new IllegalStateException("IP protocol " + number + " is served by the stack itself");
    }
    Entry taken = entries[number];
    if (taken != null) {
      throw new IllegalStateException(
          "IP protocol " + number + " is served by plugin " + taken.faults().pluginId() + " already");
    }
    set(number, entry);
  }

  void remove(Entry entry) {
    if (entry.equals(entries[entry.protocol()])) {
      set(entry.protocol(), null);
    }
  }

  /** Tells all on this worker that the MTU of a path has changed. */
  void tellPathMtu(IpAddress remote, int table, int mtuBytes) {
    for (Entry entry : entries) {
      if (entry != null) {
        try {
          entry.input().onPathMtu(remote, table, mtuBytes);
        } catch (Throwable fault) {
          entry.faults().caught("onPathMtu", fault);
        }
      }
    }
  }

  private void set(int number, @Nullable Entry entry) {
    @Nullable Entry[] copy = entries.clone();
    copy[number] = entry;
    entries = copy;
  }
}
