/** The algorithm by itself. */
@NullMarked
package org.sluice.plugin.scalable;

import org.jspecify.annotations.NullMarked;
