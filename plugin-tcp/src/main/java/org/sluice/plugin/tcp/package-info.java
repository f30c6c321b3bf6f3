/**
 * TCP behind the transport SPI: RFC 9293 with the extensions that RFC 7414 lists for hosts. One class per phase of a
 * connection: listen, connect, input, output, timers, recovery.
 */
@NullMarked
package org.sluice.plugin.tcp;

import org.jspecify.annotations.NullMarked;
