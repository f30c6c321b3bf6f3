package org.sluice.spi.transport;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a listen or connect asks of a transport. Immutable; shared between attempts.
 *
 * @param remote the peer; for a listen {@link Endpoint#ANY_IP4}
 * @param local the own side that is wanted; port 0 and the unspecified address let the transport choose
 * @param mssBytes the wanted maximum segment size; 0 for the transport's
 * @param dscp the differentiated services code point, 0 to 63
 * @param flags further wishes
 * @param listener for a connect that a local listener answers: that listener's session handle; otherwise -1
 * @param originalProtocol for the same: the id of the protocol that was asked for; otherwise the transport's own id
 * @param extensions typed further configuration, for example of TLS; a transport ignores kinds it does not know
 */
public record EndpointConfig(
    Endpoint remote,
    Endpoint local,
    int mssBytes,
    int dscp,
    Set<EndpointFlag> flags,
    long listener,
    int originalProtocol,
    List<EndpointExtension> extensions) {

  /** Copies the collections. */
  public EndpointConfig {
    flags = Set.copyOf(flags);
    extensions = List.copyOf(extensions);
  }

  /**
   * The first extension of a kind.
   *
   * @param kind the class asked for
   * @param <E> its type
   * @return the extension, or null
   */
  public <E extends EndpointExtension> @Nullable E extension(Class<E> kind) {
    for (EndpointExtension extension : extensions) {
      if (kind.isInstance(extension)) {
        return kind.cast(extension);
      }
    }
    return null;
  }
}
