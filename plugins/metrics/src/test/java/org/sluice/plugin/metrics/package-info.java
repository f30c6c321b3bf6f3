/** The metrics over the kernel's loopback, from a stack in virtual time. */
@NullMarked
package org.sluice.plugin.metrics;

import org.jspecify.annotations.NullMarked;
