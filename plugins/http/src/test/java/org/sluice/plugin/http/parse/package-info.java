/** Tests of the parser and of the rules for heads. */
@NullMarked
package org.sluice.plugin.http.parse;

import org.jspecify.annotations.NullMarked;
