/**
 * The trace of packets: what happened to each of the next few, step by step. A worker writes its own records
 * ({@link org.sluice.core.trace.WorkerTrace}), into memory that is taken when a trace begins; consoles read copies and
 * put them into words.
 */
@NullMarked
package org.sluice.core.trace;

import org.jspecify.annotations.NullMarked;
