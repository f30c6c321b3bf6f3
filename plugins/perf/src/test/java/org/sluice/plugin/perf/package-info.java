/** Tests of the perf plugin. */
@NullMarked
package org.sluice.plugin.perf;

import org.jspecify.annotations.NullMarked;
