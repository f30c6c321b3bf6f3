/** Tests of {@code org.sluice.host.problem}. */
@NullMarked
package org.sluice.host.problem;

import org.jspecify.annotations.NullMarked;
