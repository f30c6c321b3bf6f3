/**
 * Packet headers as views over a memory segment: static accessors that take the memory and the offset of the header's
 * first byte, so that reading a packet makes no object. Numbers come in host order; an unsigned field of up to 16 bits
 * is an {@code int}, one of 32 bits a {@code long}, but TCP sequence numbers, which wrap, are {@code int}.
 *
 * <p>First {@code validate(memory, offset, available)}: it gives the header's length, or a negative reason named in
 * {@link org.sluice.spi.header.HeaderFault}. After that the accessors of the header cannot fail. They do not check
 * again: on memory that was not validated they may throw, as reading outside of a segment does.
 *
 * <p>{@link org.sluice.spi.header.InternetChecksum} is the checksum of IPv4, ICMP, UDP and TCP.
 *
 * <p>Thread model: no state; any context that owns the packet.
 */
@NullMarked
package org.sluice.spi.header;

import org.jspecify.annotations.NullMarked;
