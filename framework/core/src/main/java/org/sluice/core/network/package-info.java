/**
 * The network as the control plane knows it: interfaces with their addresses, table sets with their routes, and how an
 * active open finds its own address. Packets are not its business.
 *
 * <p>Entry classes: {@link org.sluice.core.network.NetworkPlane} changes it, {@link
 * org.sluice.core.network.NetworkSnapshot} is what every worker reads. Changes are made on worker 0; a snapshot never
 * changes.
 */
@NullMarked
package org.sluice.core.network;

import org.jspecify.annotations.NullMarked;
