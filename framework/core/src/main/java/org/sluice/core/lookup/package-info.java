/**
 * Tables that every worker reads without waiting: which session a flow belongs to, which local ports are in use.
 *
 * <p>Entry classes: {@link org.sluice.core.lookup.FlowTable}, {@link org.sluice.core.lookup.LocalEndpointTable}. Each
 * method says which context calls it; nothing here allocates, but for changes of size and construction.
 */
@NullMarked
package org.sluice.core.lookup;

import org.jspecify.annotations.NullMarked;
