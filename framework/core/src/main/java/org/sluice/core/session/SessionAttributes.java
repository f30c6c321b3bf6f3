package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.TransportAttribute;
import org.sluice.spi.transport.TransportConnection;

/** Attributes of a session's connection, checked before the transport is asked. */
final class SessionAttributes {

  <T> @Nullable T read(StackSession session, TransportAttribute<T> attribute) {
    TransportConnection connection = session.connection;
    TransportEntry transport = session.transport;
    if (connection == null || transport == null) {
      return null;
    }
    try {
      return transport.vft().attribute(connection, attribute);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("attribute", e);
      return null;
    }
  }

  <T> SessionError write(StackSession session, TransportAttribute<T> attribute, T value) {
    TransportConnection connection = session.connection;
    TransportEntry transport = session.transport;
    if (connection == null || transport == null) {
      return SessionError.NOSESSION;
    }
    if (session.state.compareTo(SessionState.READY) < 0) {
      return SessionError.CONFLICT;
    }
    if (!attribute.type().isInstance(value)) {
      return SessionError.INVALID;
    }
    try {
      return SessionError.of(transport.vft().attribute(connection, attribute, value));
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("attribute", e);
      return SessionError.UNKNOWN;
    }
  }
}
