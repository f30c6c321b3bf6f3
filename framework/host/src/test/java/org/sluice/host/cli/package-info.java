/** Tests of {@code org.sluice.host.cli}. */
@NullMarked
package org.sluice.host.cli;

import org.jspecify.annotations.NullMarked;
