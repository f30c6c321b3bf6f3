package org.sluice.core.nic;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.nic.LinkState;
import org.sluice.spi.nic.NicException;

/**
 * Where the ends of wires find each other. Each stack has one of its own unless several are given the same one, which
 * joins them; their clocks must then be the same. Any thread.
 */
public final class Wires {
  private final Map<String, WireNic> ends = new HashMap<>();

  /** Makes a place without wires. */
  public Wires() {}

  /** Takes a new end, and joins it with its other one if that is there. */
  synchronized void plug(WireNic end) throws NicException {
    WireSettings own = end.settings();
    if (ends.containsKey(own.name())) {
      throw new NicException("wire '" + own.name() + "' is open already. Choose another name.");
    }
    WireNic other = ends.get(own.peer());
    if (other != null) {
      requireFit(own, other.settings());
      WireNic.join(end, other);
    }
    ends.put(own.name(), end);
  }

  private static void requireFit(WireSettings own, WireSettings others) throws NicException {
    String what = "wire '" + own.name() + "' does not fit its other end '" + others.name() + "', which ";
    if (!others.peer().equals(own.name())) {
      throw new NicException(what + "belongs to '" + others.peer() + "'.");
    }
    if (others.mtuBytes() != own.mtuBytes()) {
      throw new NicException(what + "has the MTU " + others.mtuBytes() + ". Give both the same 'mtu'.");
    }
    if (others.isTrusted() != own.isTrusted()) {
      throw new NicException(
          what + "is " + (others.isTrusted() ? "" : "not ") + "trusted. Give both the same 'trusted'.");
    }
  }

  synchronized void unplug(WireNic end) {
    if (end.linkState() == LinkState.GONE) {
      return;
    }
    ends.remove(end.settings().name());
    end.cut(otherOf(end));
  }

  private @Nullable WireNic otherOf(WireNic end) {
    return end.linkState() == LinkState.UP ? ends.get(end.settings().peer()) : null;
  }
}
