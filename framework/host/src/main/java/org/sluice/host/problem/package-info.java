/**
 * What an operator is told: a {@link org.sluice.host.problem.Problem} has an id, the place, the cause and the remedy,
 * so that everything that is wrong can be collected and reported together.
 *
 * <p>Thread model: immutable values and pure functions.
 */
@NullMarked
package org.sluice.host.problem;

import org.jspecify.annotations.NullMarked;
