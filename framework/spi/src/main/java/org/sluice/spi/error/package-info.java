/**
 * The error codes that cross the session layer in either direction: {@link org.sluice.spi.error.SessionError}. A
 * package of its own because transports and sessions both speak them and packages form no cycle.
 */
@NullMarked
package org.sluice.spi.error;

import org.jspecify.annotations.NullMarked;
