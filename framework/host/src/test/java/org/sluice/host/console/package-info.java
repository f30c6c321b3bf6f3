/** Tests of {@code org.sluice.host.console}. */
@NullMarked
package org.sluice.host.console;

import org.jspecify.annotations.NullMarked;
