package org.sluice.spi.application;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointExtension;
import org.sluice.spi.transport.EndpointFlag;

/**
 * Where to connect to. Immutable, so one value serves any number of connects without allocation.
 *
 * @param protocol the transport's name
 * @param remote the peer
 * @param local the wanted own side; {@link Endpoint#ANY_IP4} for no wish
 * @param mssBytes the wanted maximum segment size; 0 for no wish
 * @param dscp the differentiated services code point, 0 to 63
 * @param flags wishes
 * @param parent the session to open a stream of, or {@link Handle#INVALID}; see {@link #streamOf}
 * @param extensions typed configuration for the transport
 */
public record ConnectOptions(
    String protocol,
    Endpoint remote,
    Endpoint local,
    int mssBytes,
    int dscp,
    Set<EndpointFlag> flags,
    long parent,
    List<EndpointExtension> extensions) {

  /** Copies the collections. */
  public ConnectOptions {
    flags = Set.copyOf(flags);
    extensions = List.copyOf(extensions);
  }

  /**
   * From a URI.
   *
   * @param uri see {@link SessionUri}
   * @return the options
   * @throws IllegalArgumentException when the text is no URI
   */
  public static ConnectOptions of(String uri) {
    SessionUri parsed = SessionUri.parse(uri);
    return of(parsed.protocol(), parsed.endpoint());
  }

  /**
   * To an endpoint, without further wishes.
   *
   * @param protocol the transport's name
   * @param remote the peer
   * @return the options
   */
  public static ConnectOptions of(String protocol, Endpoint remote) {
    return new ConnectOptions(
        protocol, remote, Endpoint.ANY_IP4, 0, 0, Set.of(), Handle.INVALID, List.of());
  }

  /**
   * To a new stream of a session, on the worker of which the stream will be. It has the transport, the namespace and
   * the peer of its parent. Such a connect fails with NOSESSION when the handle is stale, OWNER when the parent is
   * another application's, INVALID when it is itself a stream, or no established session, or of another protocol,
   * CONFLICT before it was accepted, CLOSED when its end has begun, NOSUPPORT when its transport has no streams,
   * MAX_STREAMS_HIT when it has as many as it may, or its transport allows no more.
   *
   * @param parent an established session; worker of the session
   * @return the options; may be used as long as the parent lives
   */
  public static ConnectOptions streamOf(Session parent) {
    return new ConnectOptions(parent.transport(), parent.remoteEndpoint(), Endpoint.ANY_IP4, 0, 0, Set.of(),
        parent.handle(), List.of());
  }

  /**
   * The same with a wanted own side.
   *
   * @param own address and port; port 0 for any
   * @return the options
   */
  public ConnectOptions withLocal(Endpoint own) {
    return new ConnectOptions(protocol, remote, own, mssBytes, dscp, flags, parent, extensions);
  }

  /**
   * The same with one more extension, behind those that are there.
   *
   * @param extension configuration for the transport
   * @return the options
   */
  public ConnectOptions with(EndpointExtension extension) {
    List<EndpointExtension> more = new ArrayList<>(extensions);
    more.add(extension);
    return new ConnectOptions(protocol, remote, local, mssBytes, dscp, flags, parent, more);
  }
}
