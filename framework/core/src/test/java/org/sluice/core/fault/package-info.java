/** Tests of {@code org.sluice.core.fault}. */
@NullMarked
package org.sluice.core.fault;

import org.jspecify.annotations.NullMarked;
