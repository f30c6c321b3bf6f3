package org.sluice.core.transport;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The transports at one moment. Immutable: each change makes another.
 *
 * @param on whether the layer takes anything
 * @param byId the registered transports in the places of their ids
 * @param registered the same without gaps
 * @param enabled those that were enabled and not disabled since
 * @param leaving those that are being removed
 * @param draining those that take nothing new until somebody says otherwise
 * @param open those that take new work, in the places of their ids: enabled, neither leaving nor draining, while the
 *     layer is on
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; readers on the data path want arrays.
record Snapshot(
    boolean on,
    @Nullable TransportEntry[] byId,
    TransportEntry[] registered,
    TransportEntry[] enabled,
    TransportEntry[] leaving,
    TransportEntry[] draining,
    @Nullable TransportEntry[] open) {
  private static final TransportEntry[] NONE = {};

  static final Snapshot EMPTY = of(true, NONE, NONE, NONE, NONE);

  private static Snapshot of(boolean on, @Nullable TransportEntry[] byId, TransportEntry[] enabled,
      TransportEntry[] leaving, TransportEntry[] draining) {
    TransportEntry[] registered = Arrays.stream(byId)
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull)
        .toArray(TransportEntry[]::new);
    @Nullable TransportEntry[] open = new @Nullable TransportEntry[byId.length];
    for (TransportEntry entry : enabled) {
      open[entry.id()] = on && !contains(leaving, entry) && !contains(draining, entry) ? entry : null;
    }
    return new Snapshot(on, byId, registered, enabled, leaving, draining, open);
  }

  // Entries are compared by identity: equals would ask the plugin's object.
  static boolean contains(TransportEntry[] entries, TransportEntry entry) {
    return Arrays.stream(entries).anyMatch(other -> other == entry);
  }

  private static TransportEntry[] plus(TransportEntry[] entries, TransportEntry entry) {
    return Stream.concat(Arrays.stream(entries), Stream.of(entry)).toArray(TransportEntry[]::new);
  }

  private static TransportEntry[] minus(TransportEntry[] entries, TransportEntry entry) {
    Predicate<TransportEntry> others = other -> other != entry;
    return Arrays.stream(entries).filter(others).toArray(TransportEntry[]::new);
  }

  Snapshot switched(boolean toOn) {
    return of(toOn, byId, enabled, leaving, draining);
  }

  Snapshot with(TransportEntry entry) {
    @Nullable TransportEntry[] more = Arrays.copyOf(byId, entry.id() + 1);
    more[entry.id()] = entry;
    return of(on, more, enabled, leaving, draining);
  }

  Snapshot without(TransportEntry entry) {
    @Nullable TransportEntry[] fewer = byId.clone();
    fewer[entry.id()] = null;
    return of(on, fewer, minus(enabled, entry), minus(leaving, entry), minus(draining, entry));
  }

  Snapshot enabled(TransportEntry entry) {
    return of(on, byId, plus(enabled, entry), leaving, draining);
  }

  Snapshot disabled(TransportEntry entry) {
    return of(on, byId, minus(enabled, entry), leaving, draining);
  }

  Snapshot leaving(TransportEntry entry) {
    return of(on, byId, enabled, plus(minus(leaving, entry), entry), draining);
  }

  Snapshot draining(TransportEntry entry, boolean on) {
    TransportEntry[] others = minus(draining, entry);
    return of(this.on, byId, enabled, leaving, on ? plus(others, entry) : others);
  }
}
