/** A congestion control algorithm in a plugin of its own, for transports that look for one by its name. */
@NullMarked
package org.sluice.plugin.scalable;

import org.jspecify.annotations.NullMarked;
