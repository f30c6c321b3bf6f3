package org.sluice.core.transport;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The transports at one moment. Immutable: each change makes another.
 *
 * @param on whether the layer takes anything
 * @param byId the registered transports in the places of their ids
 * @param registered the same without gaps
 * @param enabled those that were enabled and not disabled since
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; readers on the data path want arrays.
record Snapshot(
    boolean on, @Nullable TransportEntry[] byId, TransportEntry[] registered, TransportEntry[] enabled) {
  static final Snapshot EMPTY =
      new Snapshot(true, new @Nullable TransportEntry[0], new TransportEntry[0], new TransportEntry[0]);

  Snapshot switched(boolean toOn) {
    return new Snapshot(toOn, byId, registered, enabled);
  }

  Snapshot with(TransportEntry entry) {
    return registered(entry.id(), entry, enabled);
  }

  Snapshot without(TransportEntry entry) {
    return registered(entry.id(), null, disabled(entry).enabled);
  }

  private Snapshot registered(int id, @Nullable TransportEntry entry, TransportEntry[] stillEnabled) {
    @Nullable TransportEntry[] copy = Arrays.copyOf(byId, Math.max(byId.length, id + 1));
    copy[id] = entry;
    TransportEntry[] present = Arrays.stream(copy)
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull)
        .toArray(TransportEntry[]::new);
    return new Snapshot(on, copy, present, stillEnabled);
  }

  Snapshot enabled(TransportEntry entry) {
    TransportEntry[] more =
        Stream.concat(Arrays.stream(enabled), Stream.of(entry)).toArray(TransportEntry[]::new);
    return new Snapshot(on, byId, registered, more);
  }

  Snapshot disabled(TransportEntry entry) {
    TransportEntry[] fewer =
        Arrays.stream(enabled).filter(other -> other != entry).toArray(TransportEntry[]::new);
    return new Snapshot(on, byId, registered, fewer);
  }
}
