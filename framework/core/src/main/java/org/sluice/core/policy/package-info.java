/**
 * What is refused, allowed or redirected before listeners are asked: rules of tables and namespaces, or a list of
 * sources that are denied.
 *
 * <p>Entry class: {@link org.sluice.core.policy.PolicyTables}. Worker 0 writes; any worker reads immutable structures,
 * without locks and without allocation. Who decides over the life of a table or namespace calls {@code retire} when it
 * goes. What users type (names of namespaces, protocols and applications) is translated by the application layer.
 */
@NullMarked
package org.sluice.core.policy;

import org.jspecify.annotations.NullMarked;
