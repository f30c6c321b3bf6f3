/**
 * Applications: attach and detach, their workers, listeners and connects, and the segments of their sessions.
 *
 * <p>Thread model: everything is changed on worker 0 ({@link org.sluice.core.application.ControlPlane}); other workers
 * read listeners and owners through published snapshots. {@link org.sluice.core.application.ApplicationRegistry} is the
 * entry.
 */
@NullMarked
package org.sluice.core.application;

import org.jspecify.annotations.NullMarked;
