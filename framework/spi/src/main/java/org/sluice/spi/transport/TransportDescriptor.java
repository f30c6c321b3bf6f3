package org.sluice.spi.transport;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a transport says about itself at registration.
 *
 * @param name the protocol's name in URIs and on the console, for example {@code tcp}; lower-case, unique
 * @param shortName the letters for session ids on the console, for example {@code T}; unique
 * @param service what kind of service it offers
 * @param txMode how payload leaves the tx FIFO
 * @param traits what else the session layer must know
 */
public record TransportDescriptor(
    String name, String shortName, ServiceType service, TxMode txMode, Set<TransportTrait> traits) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9+.-]{0,15}");
  private static final Pattern SHORT_NAME = Pattern.compile("[A-Z][A-Z0-9]{0,3}");

  /**
   * Checks the names and copies the traits.
   *
   * @throws IllegalArgumentException for a name that does not fit URIs or the console; the message says what does
   */
  public TransportDescriptor {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "transport name '" + name + "' must match " + NAME + ", because it is the scheme of its URIs");
    }
    if (!SHORT_NAME.matcher(shortName).matches()) {
      throw new IllegalArgumentException("short name '" + shortName + "' of " + name + " must match " + SHORT_NAME);
    }
    traits = Set.copyOf(traits);
  }

  /**
   * A transport without traits.
   *
   * @param name see {@link #name()}
   * @param shortName see {@link #shortName()}
   * @param service see {@link #service()}
   * @param txMode see {@link #txMode()}
   */
  public TransportDescriptor(String name, String shortName, ServiceType service, TxMode txMode) {
    this(name, shortName, service, txMode, Set.of());
  }

  /**
   * Whether the transport has a trait.
   *
   * @param trait the trait
   * @return true if it does
   */
  public boolean has(TransportTrait trait) {
    return traits.contains(trait);
  }
}
