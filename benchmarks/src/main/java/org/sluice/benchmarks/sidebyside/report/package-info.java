/** How results are written: lines for people and scripts, JSON for machines. */
@NullMarked
package org.sluice.benchmarks.sidebyside.report;

import org.jspecify.annotations.NullMarked;
