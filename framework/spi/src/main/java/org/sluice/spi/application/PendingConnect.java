package org.sluice.spi.application;

import org.sluice.spi.transport.Endpoint;

/**
 * A connect that was not answered when its application asked. A value: it does not change with the connect.
 *
 * @param halfOpen the handle of the half-open session, for {@link ApplicationContext#cancelConnect} and {@link
 *     ApplicationContext#halfOpenAttribute}
 * @param opaque what the connect was given
 * @param protocol the name of the transport that was asked for, also where another carries it because the peer is local
 * @param local the own side; as far as the transport has chosen it, else as it was asked for
 * @param remote the peer
 * @param phase how far it is
 */
public record PendingConnect(
    long halfOpen, long opaque, String protocol, Endpoint local, Endpoint remote, Phase phase) {

  /** How far a connect is that has no answer yet. */
  public enum Phase {
    /** The transport waits for the peer. */
    CONNECTING,
    /** The transport takes the connection to another worker. */
    MIGRATING,
    /** The connection is at another worker, where the transport waits for the peer. */
    MIGRATED
  }
}
