package org.sluice.spi.transport;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Handle;

/**
 * What a listen or connect asks of a transport. Mutable so that the control plane reuses one: a transport reads it
 * during the call that it is given to, and takes a {@link #copy} if it needs it longer. The values in it are immutable
 * and may be kept.
 */
public final class EndpointConfig {
  private Endpoint remote = Endpoint.ANY_IP4;
  private Endpoint local = Endpoint.ANY_IP4;
  private int table = Endpoint.NAMESPACE_TABLE;
  private int mssBytes;
  private int dscp;
  private Set<EndpointFlag> flags = Set.of();
  private boolean secure;
  private List<EndpointExtension> extensions = List.of();
  private long listener = Handle.INVALID;
  private int originalProtocol = -1;

  /** A config that asks for nothing. */
  public EndpointConfig() {}

  // ---- Filling.

  /**
   * Sets where to, and clears everything else.
   *
   * @param newRemote the peer; for a listen {@link Endpoint#ANY_IP4}
   * @param newLocal the own side that is wanted; port 0 and the unspecified address let the transport choose
   * @param newTable the table set of both sides
   * @return this config
   */
  public EndpointConfig set(Endpoint newRemote, Endpoint newLocal, int newTable) {
    remote = newRemote;
    local = newLocal;
    table = newTable;
    secure = false;
    listener = Handle.INVALID;
    originalProtocol = -1;
    return wishes(0, 0, Set.of(), List.of());
  }

  /**
   * Sets the wishes.
   *
   * @param newMssBytes the wanted maximum segment size; 0 for the transport's
   * @param newDscp the differentiated services code point, 0 to 63
   * @param newFlags further wishes, immutable
   * @param newExtensions typed further configuration, immutable
   * @return this config
   */
  public EndpointConfig wishes(
      int newMssBytes, int newDscp, Set<EndpointFlag> newFlags, List<EndpointExtension> newExtensions) {
    mssBytes = newMssBytes;
    dscp = newDscp;
    flags = newFlags;
    extensions = newExtensions;
    return this;
  }

  /**
   * Adds {@link EndpointFlag#SECURE}, or takes back what this has added.
   *
   * @param newSecure whether the protected form of the protocol was asked for
   * @return this config
   */
  public EndpointConfig secure(boolean newSecure) {
    secure = newSecure;
    return this;
  }

  /**
   * Sets whom a local connect goes to, and under which name.
   *
   * @param newListener the handle of the listening session, or {@link Handle#INVALID}
   * @param newOriginalProtocol the id of the protocol that was asked for
   * @return this config
   */
  public EndpointConfig origin(long newListener, int newOriginalProtocol) {
    listener = newListener;
    originalProtocol = newOriginalProtocol;
    return this;
  }

  /**
   * Sets the wanted own side, in the same table set.
   *
   * @param newLocal address, port, interface
   * @return this config
   */
  public EndpointConfig local(Endpoint newLocal) {
    local = newLocal;
    return this;
  }

  /**
   * A config of the same content, which nobody else changes. Allocates.
   *
   * @return the copy
   */
  public EndpointConfig copy() {
    return new EndpointConfig().set(remote, local, table).wishes(mssBytes, dscp, flags, extensions).secure(secure)
        .origin(listener, originalProtocol);
  }

  // ---- Reading.

  /**
   * The peer; its table does not count.
   *
   * @return for a listen {@link Endpoint#ANY_IP4}
   */
  public Endpoint remote() {
    return remote;
  }

  /**
   * The own side that is wanted; its table does not count.
   *
   * @return port 0 and the unspecified address let the transport choose
   */
  public Endpoint local() {
    return local;
  }

  /**
   * The table set in which both sides live.
   *
   * @return the table set
   */
  public int table() {
    return table;
  }

  /**
   * The wanted maximum segment size.
   *
   * @return bytes of payload; 0 for the transport's
   */
  public int mssBytes() {
    return mssBytes;
  }

  /**
   * The wanted differentiated services code point.
   *
   * @return 0 to 63
   */
  public int dscp() {
    return dscp;
  }

  /**
   * Whether something is wished.
   *
   * @param flag what
   * @return true if it is
   */
  public boolean has(EndpointFlag flag) {
    return flags.contains(flag) || secure && flag == EndpointFlag.SECURE;
  }

  /**
   * All wishes. Allocates.
   *
   * @return a copy
   */
  public Set<EndpointFlag> flags() {
    Set<EndpointFlag> all = EnumSet.noneOf(EndpointFlag.class);
    all.addAll(flags);
    if (secure) {
      all.add(EndpointFlag.SECURE);
    }
    return all;
  }

  /**
   * For a connect that a local listener answers: that listener's session.
   *
   * @return its handle, otherwise {@link Handle#INVALID}
   */
  public long listener() {
    return listener;
  }

  /**
   * The protocol that was asked for: another than the transport's own where a local listener answers.
   *
   * @return its id
   */
  public int originalProtocol() {
    return originalProtocol;
  }

  /**
   * Typed further configuration, for example of TLS; a transport ignores kinds it does not know.
   *
   * @return immutable
   */
  public List<EndpointExtension> extensions() {
    return extensions;
  }

  /**
   * The first extension of a kind.
   *
   * @param kind the class asked for
   * @param <E> its type
   * @return the extension, or null
   */
  public <E extends EndpointExtension> @Nullable E extension(Class<E> kind) {
    // By index, because each connect asks, and an iterator is an object.
    for (int i = 0; i < extensions.size(); i++) {
      if (kind.isInstance(extensions.get(i))) {
        return kind.cast(extensions.get(i));
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return local + "->" + remote;
  }
}
