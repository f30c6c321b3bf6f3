package org.sluice.core.console;

import java.util.ArrayList;
import java.util.List;
import org.sluice.core.session.SessionView;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.Verbosity;

/** Everything about one session beside its row: a property per line. */
final class SessionDetails {
  private record Property(String name, Object value) {}

  private final String session;
  private final List<Property> properties = new ArrayList<>();

  /** Reads a session. On its worker. */
  SessionDetails(SessionView view) {
    session = Handle.text(view.handle());
    add("application", view.application());
    add("state", view.state().label());
    if (view.isHalfOpen()) {
      add("phase", view.stateLabel());
    }
    add("flags", view.flags());
    if (!view.isHalfOpen() && !view.isListener()) {
      add("rx fifo size", view.rxCapacityBytes());
      add("tx fifo size", view.txCapacityBytes());
      addHandle("segment", view.segment());
      addHandle("listener", view.listener());
      addHandle("peer", view.peer());
      addHandle("parent", view.parent());
      if (view.streams() > 0) {
        add("streams", view.streams());
      }
    }
    add("opaque", view.opaque());
    view.details(Verbosity.FULL).lines().map(String::strip).forEach(line -> add("transport", line));
  }

  private void add(String name, String value) {
    if (!value.isEmpty()) {
      properties.add(new Property(name, value));
    }
  }

  private void add(String name, long value) {
    properties.add(new Property(name, value));
  }

  private void addHandle(String name, long handle) {
    if (handle >= 0) {
      add(name, Handle.text(handle));
    }
  }

  static void begin(ConsoleOutput output) {
    output.table("details", Column.of("Session"), Column.of("Property"), Column.of("Value"));
  }

  void print(ConsoleOutput output) {
    for (Property property : properties) {
      output.row(session, property.name(), property.value());
    }
  }
}
