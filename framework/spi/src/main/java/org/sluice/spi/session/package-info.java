/**
 * The session layer as transports and applications see it: {@link org.sluice.spi.session.SessionLayer} is the other
 * half of a transport's function table, {@link org.sluice.spi.session.Session} is what an application sees of one flow.
 *
 * <p>Thread model: a session is touched only by the context that owns it; other contexts name it by its handle.
 */
@NullMarked
package org.sluice.spi.session;

import org.jspecify.annotations.NullMarked;
