/** JMH benchmarks of what is done to headers and over whole packets. */
@NullMarked
package org.sluice.benchmarks.header;

import org.jspecify.annotations.NullMarked;
