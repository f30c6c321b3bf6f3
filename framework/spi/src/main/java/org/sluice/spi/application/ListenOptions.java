package org.sluice.spi.application;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointExtension;
import org.sluice.spi.transport.EndpointFlag;

/**
 * What to listen on. Immutable.
 *
 * @param protocol the transport's name
 * @param local address and port; the unspecified address takes all of the namespace
 * @param flags wishes
 * @param extensions typed configuration for the transport
 */
public record ListenOptions(
    String protocol, Endpoint local, Set<EndpointFlag> flags, List<EndpointExtension> extensions) {

  /** Copies the collections. */
  public ListenOptions {
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
  public static ListenOptions of(String uri) {
    SessionUri parsed = SessionUri.parse(uri);
    return new ListenOptions(parsed.protocol(), parsed.endpoint(), Set.of(), List.of());
  }

  /**
   * The same with one more extension, behind those that are there.
   *
   * @param extension configuration for the transport
   * @return the options
   */
  public ListenOptions with(EndpointExtension extension) {
    List<EndpointExtension> more = new ArrayList<>(extensions);
    more.add(extension);
    return new ListenOptions(protocol, local, flags, more);
  }
}
