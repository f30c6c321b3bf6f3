/**
 * An HTTP/1.1 server of static files over any session, for {@code curl} and browsers. What happens to a request, in
 * this order, is one package each:
 *
 * <ul>
 *   <li>{@link org.sluice.plugin.http.parse}: bytes of the rx FIFO become a request head, or a reason to refuse it;
 *   <li>{@link org.sluice.plugin.http.resource}: the path of its target becomes an open file below the root;
 *   <li>{@link org.sluice.plugin.http.respond}: head and file become a status, a part of the file and header fields;
 *   <li>{@link org.sluice.plugin.http.server}: sessions, which drive all of this, and commands.
 * </ul>
 *
 * What the first three share stands here: how an answer can begin.
 */
@NullMarked
package org.sluice.plugin.http;

import org.jspecify.annotations.NullMarked;
