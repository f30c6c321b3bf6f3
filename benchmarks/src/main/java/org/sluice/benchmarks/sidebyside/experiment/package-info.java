/** What a suite is made of: things that are run under a name and put lines into the report. */
@NullMarked
package org.sluice.benchmarks.sidebyside.experiment;

import org.jspecify.annotations.NullMarked;
