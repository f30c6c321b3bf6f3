/**
 * What a new user sees first: {@link org.sluice.host.demo.Demo} boots a host and moves a file through it.
 *
 * <p>Thread model: runs on the caller's thread; one more looks at the session while it exists.
 */
@NullMarked
package org.sluice.host.demo;

import org.jspecify.annotations.NullMarked;
