/**
 * What keeps strangers out: sequence numbers that cannot be guessed, cookies instead of memory for each SYN, and a
 * budget of challenges. One object each per worker; time is an argument, randomness is injected.
 */
@NullMarked
package org.sluice.plugin.tcp.defence;

import org.jspecify.annotations.NullMarked;
