package org.sluice.core.network;

/**
 * The bounds of the network. Each has a counter that tells how often it was hit.
 *
 * @param maxInterfaces interfaces at a time
 * @param maxAddresses addresses of all interfaces
 * @param maxRoutes routes that the operator added, of all tables; those of addresses come on top
 * @param maxTables tables at a time, those of both families counted alone
 */
public record NetworkLimits(int maxInterfaces, int maxAddresses, int maxRoutes, int maxTables) {
  /** What a stack uses unless told otherwise. */
  public static final NetworkLimits DEFAULT = new NetworkLimits(1 << 10, 1 << 12, 1 << 20, 1 << 10);
}
