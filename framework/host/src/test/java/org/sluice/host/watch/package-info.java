/** Callbacks that do not return, and who is blamed for them. */
@NullMarked
package org.sluice.host.watch;

import org.jspecify.annotations.NullMarked;
