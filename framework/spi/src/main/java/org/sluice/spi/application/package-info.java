/**
 * What an application author writes and is given: {@link org.sluice.spi.application.Application} and its callbacks, the
 * {@link org.sluice.spi.application.ApplicationContext} it acts through, and the options of attach, listen and connect.
 *
 * <p>Thread model: session callbacks run on the worker that owns the session, those of one session never overlap; what
 * {@code ApplicationContext} offers may be called from any context.
 */
@NullMarked
package org.sluice.spi.application;

import org.jspecify.annotations.NullMarked;
