package org.sluice.testkit.transport;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Handle;

/** The connections of a {@link ScriptedTransport} by handle. A slot is used once, so a late call finds nothing. */
final class ScriptedConnections {
  private @Nullable ScriptedConnection[] bySlot = new @Nullable ScriptedConnection[64];
  private int nextSlot;
  private int size;

  ScriptedConnection make(int worker, int protocolId, boolean halfOpen) {
    if (nextSlot == bySlot.length) {
      bySlot = Arrays.copyOf(bySlot, 2 * nextSlot);
    }
    ScriptedConnection made = new ScriptedConnection(Handle.of(worker, nextSlot, 1), protocolId, halfOpen);
    bySlot[nextSlot++] = made;
    size++;
    return made;
  }

  @Nullable ScriptedConnection get(long handle) {
    ScriptedConnection found = handle < 0 || Handle.slot(handle) >= nextSlot ? null : bySlot[Handle.slot(handle)];
    return found != null && found.handle() == handle ? found : null;
  }

  void remove(ScriptedConnection connection) {
    if (get(connection.handle()) == connection) {
      bySlot[Handle.slot(connection.handle())] = null;
      size--;
    }
  }

  int size() {
    return size;
  }

  List<ScriptedConnection> all(Predicate<ScriptedConnection> wanted) {
    List<ScriptedConnection> found = new ArrayList<>();
    for (ScriptedConnection connection : bySlot) {
      if (connection != null && wanted.test(connection)) {
        found.add(connection);
      }
    }
    return found;
  }
}
