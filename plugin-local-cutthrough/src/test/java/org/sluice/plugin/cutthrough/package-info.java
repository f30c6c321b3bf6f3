/** Tests of cut-through on a real stack, turn by turn. */
@NullMarked
package org.sluice.plugin.cutthrough;

import org.jspecify.annotations.NullMarked;
