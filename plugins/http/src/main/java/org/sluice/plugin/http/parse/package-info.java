/**
 * From bytes to a request head, strictly by RFC 9112: {@link org.sluice.plugin.http.parse.RequestParser} takes them as
 * they lie in the rx FIFO, in whatever pieces; {@link org.sluice.plugin.http.parse.RequestRules} looks at the whole.
 * What the two accept has one meaning only, so that a proxy in front and this server never see different requests. One
 * parser per session, on its worker.
 */
@NullMarked
package org.sluice.plugin.http.parse;

import org.jspecify.annotations.NullMarked;
