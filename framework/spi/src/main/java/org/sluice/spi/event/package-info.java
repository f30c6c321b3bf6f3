/**
 * What the flight recorder of Java is told: state changes and mishaps, never packets or bytes. Names begin with {@code
 * sluice.}; {@code conf/sluice.jfc} of the distribution switches all of them on.
 *
 * <p>They stand in the SPI so that plugins commit them too: a class of an event that came from a plugin's own jar would
 * keep its class loader for ever. The fields are written before {@code commit}, by one thread; nothing keeps an event.
 * Whoever commits on a worker keeps one object of the class to ask {@code isEnabled}, which costs a test while nobody
 * records, and makes the event that it commits only then.
 */
@NullMarked
package org.sluice.spi.event;

import org.jspecify.annotations.NullMarked;
