/** Tests of what the console commands stand on; the commands themselves are tested with a transport. */
@NullMarked
package org.sluice.core.console;

import org.jspecify.annotations.NullMarked;
