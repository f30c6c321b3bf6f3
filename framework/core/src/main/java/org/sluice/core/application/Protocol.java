package org.sluice.core.application;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;

/**
 * The protocol of a URI: a registered transport, or the protected form of one ({@code https} where only {@code http} is
 * registered).
 *
 * @param transport who carries it
 * @param secure whether the protected form was asked for
 */
record Protocol(TransportEntry transport, boolean secure) {

  /** The name that local and global tables know it by. */
  String name() {
    return secure ? transport.name() + "s" : transport.name();
  }

  static @Nullable Protocol find(ControlPlane plane, String name) {
    TransportEntry exact = plane.transports().byName(name);
    if (exact != null) {
      return new Protocol(exact, false);
    }
    TransportEntry base = plane.transports().bySecureName(name);
    return base == null ? null : new Protocol(base, true);
  }

  static Protocol resolve(ControlPlane plane, String name, String what) throws SessionException {
    Protocol protocol = find(plane, name);
    if (protocol == null) {
      String known = plane.transports().open().stream().map(TransportEntry::name).collect(Collectors.joining(", "));
      throw plane.failure(
          SessionError.TRANSPORT_NO_REG, what + "; registered are: " + (known.isEmpty() ? "none" : known));
    }
    return protocol;
  }
}
