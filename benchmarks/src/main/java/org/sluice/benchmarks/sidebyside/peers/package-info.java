/**
 * What else moves bytes between two threads of a machine: Agrona, Aeron, JCTools, Netty, the kernel's sockets. Each is
 * set up as its users do for speed, and with as much room as the others.
 */
@NullMarked
package org.sluice.benchmarks.sidebyside.peers;

import org.jspecify.annotations.NullMarked;
