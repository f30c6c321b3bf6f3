/** Tests of {@code org.sluice.host.plugin}. */
@NullMarked
package org.sluice.host.plugin;

import org.jspecify.annotations.NullMarked;
