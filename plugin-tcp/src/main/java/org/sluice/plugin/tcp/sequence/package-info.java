/**
 * Arithmetic of sequence numbers and timestamps. A package of its own, because the connection and what it is made of
 * both need it.
 */
@NullMarked
package org.sluice.plugin.tcp.sequence;

import org.jspecify.annotations.NullMarked;
