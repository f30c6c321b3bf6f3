/** Tests of {@code org.sluice.host.boot}. */
@NullMarked
package org.sluice.host.boot;

import org.jspecify.annotations.NullMarked;
