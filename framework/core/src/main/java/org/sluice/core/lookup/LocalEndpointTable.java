package org.sluice.core.lookup;

import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LocalEndpoints;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;

/**
 * The local addresses and ports in use, with the number of their users. A port is chosen at random (RFC 6056 algorithm
 * 2), one that nobody uses when a few tries find it, otherwise one whose users all go elsewhere.
 *
 * <p>A listener of a specific address is a user like any other ({@link #share}, {@link #release}); one of the
 * unspecified address is none.
 */
public final class LocalEndpointTable implements LocalEndpoints {
  /** Random ports that are looked at before a search in order. */
  private static final int RANDOM_TRIES = 32;

  private final FlowTable users;
  private final Predicate<FlowKey> flowExists;
  private final SourceAddressSelector addresses;
  private final RandomGenerator random;
  private final PortRange range;

  /** One per thread that calls, so that any worker can release without allocating. */
  private final ThreadLocal<FlowKey> keys = ThreadLocal.withInitial(FlowKey::new);

  /**
   * Makes an empty table.
   *
   * @param users an empty table of its own
   * @param flowExists whether there is an established or half-open flow of both sides; lock-free
   * @param addresses chooses local addresses
   * @param random chooses ports
   * @param range the ports to choose from
   */
  public LocalEndpointTable(FlowTable users, Predicate<FlowKey> flowExists, SourceAddressSelector addresses,
      RandomGenerator random, PortRange range) {
    this.users = users;
    this.flowExists = flowExists;
    this.addresses = addresses;
    this.random = random;
    this.range = range;
  }

  @Override
  public int allocate(TransportConnection connection, EndpointConfig config) {
    Endpoint local = config.local();
    Endpoint remote = config.remote();
    connection.scope(table(connection, config), local.interfaceIndex());
    connection.remote(remote.addressHigh(), remote.addressLow(), remote.port());
    connection.local(local.addressHigh(), local.addressLow(), local.port());
    int error = IpAddress.isAny(local.addressHigh(), local.addressLow())
        ? addresses.select(config, connection)
        : addresses.check(config, connection);
    if (error != 0) {
      return error;
    }
    int port = local.port() == 0 ? choose(connection) : local.port();
    if (port < 0) {
      return port;
    }
    connection.local(connection.localHigh(), connection.localLow(), port);
    if (local.port() != 0 && flowExists.test(keys.get().set(connection))) {
      return SessionError.PORTINUSE.code();
    }
    return users.addTo(endpoint(connection), 1) > 0 ? 0 : SessionError.NOPORT.code();
  }

  @Override
  public void share(TransportConnection connection) {
    if (!IpAddress.isAny(connection.localHigh(), connection.localLow())) {
      users.addTo(endpoint(connection), 1);
    }
  }

  @Override
  public void release(TransportConnection connection) {
    if (!IpAddress.isAny(connection.localHigh(), connection.localLow())) {
      long left = users.addTo(endpoint(connection), -1);
      assert left >= 0 : "released " + connection.localEndpoint() + ", which has no user";
    }
  }

  @Override
  public int inUse() {
    return users.size();
  }

  private int choose(TransportConnection connection) {
    int shared = SessionError.NOPORT.code();
    // With as many local sides as there are ports hardly one of them is unused: to look for it would take all tries.
    boolean anyWillDo = users.size() >= range.count();
    for (int i = 0; i < RANDOM_TRIES; i++) {
      int port = range.first() + random.nextInt(range.count());
      if (isFree(connection, port)) {
        if (anyWillDo || isUnused(connection, port)) {
          return port;
        }
        shared = port;
      }
    }
    return shared >= 0 ? shared : search(connection);
  }

  /** Nearly all ports towards this peer are taken: any that is not will do. */
  private int search(TransportConnection connection) {
    int start = random.nextInt(range.count());
    for (int i = 0; i < range.count(); i++) {
      int port = range.first() + (start + i) % range.count();
      if (isFree(connection, port)) {
        return port;
      }
    }
    return SessionError.NOPORT.code();
  }

  private boolean isUnused(TransportConnection connection, int port) {
    FlowKey key = endpoint(connection);
    key.local(connection.localHigh(), connection.localLow(), port);
    return users.find(key) < 0;
  }

  private boolean isFree(TransportConnection connection, int port) {
    FlowKey key = keys.get().set(connection);
    key.local(connection.localHigh(), connection.localLow(), port);
    return !flowExists.test(key);
  }

  /** The key of the local side alone. */
  private FlowKey endpoint(TransportConnection connection) {
    FlowKey key = keys.get().set(connection);
    key.remote(0, 0, 0);
    return key;
  }

  private static int table(TransportConnection connection, EndpointConfig config) {
    return config.table() == Endpoint.NAMESPACE_TABLE ? connection.table() : config.table();
  }
}
