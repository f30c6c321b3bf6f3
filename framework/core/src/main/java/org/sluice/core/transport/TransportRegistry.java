package org.sluice.core.transport;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.core.fault.PluginFaults;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportTrait;
import org.sluice.spi.transport.TransportVft;

/**
 * The transports by id and by name. Written on worker 0 only; readers on any worker see an immutable snapshot. Ids are
 * not reused while the stack lives, so that a stale id never means another transport.
 */
public final class TransportRegistry {
  /** The most registrations of one stack's life: ids fit the protocol field of lookups and connections. */
  public static final int MAX_TRANSPORTS = 1 << 12;

  private volatile @Nullable TransportEntry[] byId = new @Nullable TransportEntry[0];
  private volatile TransportEntry[] active = new TransportEntry[0];

  /** An empty registry. */
  public TransportRegistry() {}

  /**
   * Registers and enables a transport. A transport that throws while it is enabled is removed again.
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
    int id = byId.length;
    if (id == MAX_TRANSPORTS) {
      throw new IllegalStateException("all " + MAX_TRANSPORTS + " protocol ids of this process are used; restart it");
    }
    TransportEntry entry = new TransportEntry(id, vft, descriptor, faults);
    publish(id, entry);
    try {
      vft.enable(id);
      return entry;
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      publish(id, null);
      faults.caught("enable", e);
      throw new IllegalStateException("transport " + descriptor.name() + " could not be enabled: " + e, e);
    }
  }

  /**
   * Disables and forgets a transport. Its sessions are gone by now.
   *
   * @param entry the transport
   */
  public void unregister(TransportEntry entry) {
    if (!entry.equals(byId[entry.id()])) {
      return;
    }
    publish(entry.id(), null);
    try {
      entry.vft().disable();
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      entry.faults().caught("disable", e);
    }
  }

  /**
   * A transport by its id. Any worker.
   *
   * @param id the id
   * @return the entry, or null when it is not registered (any more)
   */
  public @Nullable TransportEntry byId(int id) {
    @Nullable TransportEntry[] snapshot = byId;
    return id >= 0 && id < snapshot.length ? snapshot[id] : null;
  }

  /**
   * A transport by its name.
   *
   * @param name the name in URIs
   * @return the entry, or null
   */
  public @Nullable TransportEntry byName(String name) {
    for (TransportEntry entry : active) {
      if (entry.name().equals(name)) {
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
    for (TransportEntry entry : active) {
      String base = entry.name();
      if (name.length() == base.length() + 1 && name.endsWith("s") && name.startsWith(base)) {
        return entry;
      }
    }
    return null;
  }

  /**
   * The transport that serves connects to listeners of this host.
   *
   * @return the entry, or null when none is loaded
   */
  public @Nullable TransportEntry local() {
    for (TransportEntry entry : active) {
      if (entry.local()) {
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
    return List.of(active);
  }

  /**
   * Gives every transport its share of a turn. Any worker; allocates nothing.
   *
   * @param workerIndex the worker
   * @param nowNs its time
   */
  public void updateTime(int workerIndex, long nowNs) {
    for (TransportEntry entry : active) {
      try {
        entry.vft().updateTime(workerIndex, nowNs);
      } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
        entry.faults().caught("updateTime", e);
      }
    }
  }

  private void publish(int id, @Nullable TransportEntry entry) {
    @Nullable TransportEntry[] copy = Arrays.copyOf(byId, Math.max(byId.length, id + 1));
    copy[id] = entry;
    byId = copy;
    active = Arrays.stream(copy)
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull)
        .toArray(TransportEntry[]::new);
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
