package org.sluice.core.transport;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.core.fault.PluginFaults;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportTrait;
import org.sluice.spi.transport.TransportVft;

/**
 * The transports by id and by name. Written on worker 0 only; readers on any worker see an immutable snapshot. Ids are
 * not reused while the stack lives, so that a stale id never means another transport.
 *
 * <p>The session layer may be off: then transports are registered but disabled, and take nothing.
 */
public final class TransportRegistry {
  /** The most that can be registered in one stack's life: ids fit the protocol field of lookups and connections. */
  public static final int MAX_TRANSPORTS = 1 << 12;

  private final int maxTransports;
  private final Counter limitHits;
  /** In the places of their slots; worker 0. Bounded as registrations are. */
  private final List<String> names = new ArrayList<>();
  private volatile Snapshot now = Snapshot.EMPTY;

  /**
   * An empty registry of a layer that is on.
   *
   * @param maxTransports the most registrations
   * @param limitHits counts those that were refused
   */
  public TransportRegistry(int maxTransports, Counter limitHits) {
    if (maxTransports < 1 || maxTransports > MAX_TRANSPORTS) {
      throw new IllegalArgumentException("transports of a stack: " + maxTransports + " is not in 1.." + MAX_TRANSPORTS);
    }
    this.maxTransports = maxTransports;
    this.limitHits = limitHits;
  }

  /**
   * Registers a transport, and enables it if the layer is on. One that throws while it is enabled is removed again.
   *
   * @param vft the transport
   * @param faults the account of its plugin
   * @return its entry
   * @throws IllegalArgumentException for a descriptor that clashes with a registered one; the message names both
   * @throws IllegalStateException when its enable threw, with what it threw as the cause, or when ids ran out
   */
  public TransportEntry register(TransportVft vft, PluginFaults faults) {
    TransportDescriptor descriptor = vft.descriptor();
    for (TransportEntry other : entries()) {
      refuseClash(descriptor, faults.pluginId(), other);
    }
    int id = now.byId().length;
    if (id == maxTransports) {
      limitHits.increment(Counter.NO_WORKER);
      throw new IllegalStateException("all " + maxTransports + " protocol ids of this host are used (the limit of"
          + " transports): raise stack.limits.transports, or restart the host");
    }
    int slot = nameSlot(descriptor.name());
    if (slot < 0) {
      slot = names.size();
      names.add(descriptor.name());
    }
    TransportEntry entry = new TransportEntry(id, slot, vft, descriptor, faults);
    now = now.with(entry);
    if (now.on()) {
      Throwable thrown = enable(entry);
      if (thrown != null) {
        throw new IllegalStateException(
            "transport " + descriptor.name() + " could not be enabled: " + thrown, thrown);
      }
    }
    return entry;
  }

  /**
   * The number of a name: what is kept under it belongs to every transport of that name, also to one that comes back.
   * Worker 0.
   *
   * @param name the name in URIs
   * @return its slot; -1 when no transport was registered under it since the stack began
   */
  public int nameSlot(String name) {
    return names.indexOf(name);
  }

  /**
   * The name of a slot. Worker 0.
   *
   * @param slot what {@link #nameSlot} gave
   * @return the name in URIs
   */
  public String name(int slot) {
    return names.get(slot);
  }

  /** Lets a transport begin; one that throws is removed, and what it threw returned. */
  private @Nullable Throwable enable(TransportEntry entry) {
    now = now.enabled(entry);
    try {
      entry.vft().enable(entry.id());
      return null;
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      now = now.without(entry);
      entry.faults().caught("enable", e);
      return e;
    }
  }

  /**
   * Takes nothing new for a transport from now on, as the first step of its removal: neither the data path nor the
   * control plane finds it any more, while its sessions end.
   *
   * @param entry the transport
   */
  public void leave(TransportEntry entry) {
    if (byId(entry.id()) == entry) {
      now = now.leaving(entry);
    }
  }

  /**
   * Takes nothing new for a transport while its sessions go on, or takes again. Worker 0.
   *
   * @param entry the transport
   * @param on whether it drains
   */
  public void drain(TransportEntry entry, boolean on) {
    if (byId(entry.id()) == entry) {
      now = now.draining(entry, on);
    }
  }

  /**
   * Forgets a transport, and disables it if it is enabled. Its sessions are gone by now.
   *
   * @param entry the transport
   */
  public void unregister(TransportEntry entry) {
    if (byId(entry.id()) != entry) {
      return;
    }
    boolean enabled = Snapshot.contains(now.enabled(), entry);
    now = now.without(entry);
    if (enabled) {
      disable(entry);
    }
  }

  private static void disable(TransportEntry entry) {
    try {
      entry.vft().disable();
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      entry.faults().caught("disable", e);
    }
  }

  // ---- The whole layer.

  /**
   * Whether the layer is on. Any worker.
   *
   * @return true unless it was switched off
   */
  public boolean isOn() {
    return now.on();
  }

  /** Takes nothing new for any transport from now on; what they have goes on. */
  public void switchOff() {
    now = now.switched(false);
  }

  /**
   * Whether no transport is enabled.
   *
   * @return true once the layer is off in full
   */
  public boolean allDisabled() {
    return now.enabled().length == 0;
  }

  /** Disables every transport, after {@link #switchOff}. Their sessions are gone by now. */
  public void disableAll() {
    for (TransportEntry entry : now.enabled()) {
      now = now.disabled(entry);
      disable(entry);
    }
  }

  /**
   * Switches the layer on and enables every transport that is not enabled. Those that throw are removed, the others go
   * on.
   *
   * @return those that were removed
   */
  public List<TransportEntry> switchOn() {
    now = now.switched(true);
    List<TransportEntry> removed = new ArrayList<>();
    for (TransportEntry entry : now.registered()) {
      boolean stays = Snapshot.contains(now.leaving(), entry) || Snapshot.contains(now.enabled(), entry);
      if (!stays && enable(entry) != null) {
        removed.add(entry);
      }
    }
    return removed;
  }

  // ---- Readers.

  /**
   * A transport by its id. Any worker.
   *
   * @param id the id
   * @return the entry, or null when it is not registered (any more)
   */
  public @Nullable TransportEntry byId(int id) {
    @Nullable TransportEntry[] byId = now.byId();
    return id >= 0 && id < byId.length ? byId[id] : null;
  }

  /**
   * Whether a transport takes new sessions. Any worker; allocates nothing.
   *
   * @param id its id
   * @return false when it is not registered, is being removed, or the layer is off
   */
  public boolean isOpen(int id) {
    @Nullable TransportEntry[] open = now.open();
    return id >= 0 && id < open.length && open[id] != null;
  }

  /**
   * Whether a transport goes on with the sessions it has. Any worker; for rare questions.
   *
   * @param id its id
   * @return false when it is not enabled, is being removed, or the layer is off
   */
  public boolean carries(int id) {
    Snapshot at = now;
    @Nullable TransportEntry entry = id >= 0 && id < at.byId().length ? at.byId()[id] : null;
    return entry != null && at.on() && Snapshot.contains(at.enabled(), entry)
        && !Snapshot.contains(at.leaving(), entry);
  }

  /**
   * The transports that take new sessions.
   *
   * @return in the order of their ids
   */
  public List<TransportEntry> open() {
    List<TransportEntry> open = new ArrayList<>();
    for (TransportEntry entry : now.open()) {
      if (entry != null) {
        open.add(entry);
      }
    }
    return open;
  }

  /**
   * A transport by its name.
   *
   * @param name the name in URIs
   * @return the entry, or null when there is none that takes new sessions
   */
  public @Nullable TransportEntry byName(String name) {
    for (TransportEntry entry : now.open()) {
      if (entry != null && entry.name().equals(name)) {
        return entry;
      }
    }
    return null;
  }

  /**
   * The transport whose protected form has a name: {@code http} for {@code https}.
   *
   * @param name the name in URIs
   * @return the entry, or null
   */
  public @Nullable TransportEntry bySecureName(String name) {
    for (TransportEntry entry : now.open()) {
      String base = entry == null ? name : entry.name();
      if (name.length() == base.length() + 1 && name.endsWith("s") && name.startsWith(base)) {
        return entry;
      }
    }
    return null;
  }

  /**
   * The transport that serves connects to listeners of this host.
   *
   * @return the entry, or null when there is none that takes new sessions
   */
  public @Nullable TransportEntry local() {
    for (TransportEntry entry : now.open()) {
      if (entry != null && entry.local()) {
        return entry;
      }
    }
    return null;
  }

  /**
   * All transports in the order of their ids.
   *
   * @return a snapshot
   */
  public List<TransportEntry> entries() {
    return List.of(now.registered());
  }

  /**
   * How a transport is, for the console.
   *
   * @param entry the transport
   * @return {@code enabled}, {@code draining}, {@code disabled} or {@code leaving}
   */
  public String state(TransportEntry entry) {
    if (Snapshot.contains(now.leaving(), entry)) {
      return "leaving";
    }
    if (Snapshot.contains(now.draining(), entry)) {
      return "draining";
    }
    return Snapshot.contains(now.enabled(), entry) ? "enabled" : "disabled";
  }

  /**
   * Gives every transport its share of a turn. Any worker; allocates nothing.
   *
   * @param workerIndex the worker
   * @param nowNs its time
   */
  public void updateTime(int workerIndex, long nowNs) {
    for (TransportEntry entry : now.enabled()) {
      try {
        entry.vft().updateTime(workerIndex, nowNs);
      } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
        entry.faults().caught("updateTime", e);
      }
    }
  }

  private static void refuseClash(TransportDescriptor descriptor, String pluginId, TransportEntry other) {
    String holder = " of plugin " + other.faults().pluginId();
    if (other.name().equals(descriptor.name())) {
      throw new IllegalArgumentException(
          "transport name '" + descriptor.name() + "' of plugin " + pluginId + " is taken by that" + holder);
    }
    if (other.descriptor().shortName().equals(descriptor.shortName())) {
      throw new IllegalArgumentException("short name '" + descriptor.shortName() + "' of transport "
          + descriptor.name() + " is taken by transport " + other.name() + holder);
    }
    if (other.local() && descriptor.has(TransportTrait.LOCAL)) {
      throw new IllegalArgumentException("transport " + descriptor.name() + " has the trait LOCAL, which transport "
          + other.name() + holder + " has already; unload one of them");
    }
  }
}
