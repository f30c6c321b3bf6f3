/**
 * What to say: {@link org.sluice.plugin.http.respond.Answer} is decided by the request's conditions and range and the
 * file's validators, on the background thread that opened the file; {@link
 * org.sluice.plugin.http.respond.ResponseHead} puts it into bytes, on the session's worker.
 */
@NullMarked
package org.sluice.plugin.http.respond;

import org.jspecify.annotations.NullMarked;
