/**
 * Sessions in the hands of application threads. A {@link org.sluice.core.stream.FifoStream} moves bytes between its
 * thread and the FIFOs without a worker; what it needs of the session layer it asks by {@link
 * org.sluice.core.stream.StreamSession}.
 */
@NullMarked
package org.sluice.core.stream;

import org.jspecify.annotations.NullMarked;
