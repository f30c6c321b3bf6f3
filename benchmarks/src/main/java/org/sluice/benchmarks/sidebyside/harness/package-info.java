/**
 * What all contenders share, so that they differ in nothing but how bytes get from one thread to the other: the two
 * threads, the payload, what its writer and its reader do with it, and how it is checked.
 */
@NullMarked
package org.sluice.benchmarks.sidebyside.harness;

import org.jspecify.annotations.NullMarked;
