/** Tests of what is answered. */
@NullMarked
package org.sluice.plugin.http.respond;

import org.jspecify.annotations.NullMarked;
