/**
 * Contract tests: an author extends {@link org.sluice.testkit.contract.TransportContract} or
 * {@link org.sluice.testkit.contract.ApplicationContract}, and what the session layer expects is tested on it, in
 * virtual time, on one worker and on three.
 *
 * <p>Thread model: that of the test.
 */
@NullMarked
package org.sluice.testkit.contract;

import org.jspecify.annotations.NullMarked;
