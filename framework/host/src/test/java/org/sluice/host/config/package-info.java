/** Tests of {@code org.sluice.host.config}. */
@NullMarked
package org.sluice.host.config;

import org.jspecify.annotations.NullMarked;
