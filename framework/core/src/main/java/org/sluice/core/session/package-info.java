/**
 * The session layer: sessions with their states and FIFOs, half-opens, event delivery, and the scheduling of what is to
 * be sent.
 *
 * <p>Thread model: a {@link org.sluice.core.session.SessionWorker} per stack worker owns everything of its sessions;
 * half-opens belong to worker 0. {@link org.sluice.core.session.SessionCore} is the entry: it puts the layer together
 * and makes what transports are given. The owner of sessions, an application worker, is seen through
 * {@link org.sluice.core.session.SessionOwner}.
 */
@NullMarked
package org.sluice.core.session;

import org.jspecify.annotations.NullMarked;
