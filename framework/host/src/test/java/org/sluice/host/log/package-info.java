/** Tests of what log lines look like, of what sets logging up, and of the levels of plugins. */
@NullMarked
package org.sluice.host.log;

import org.jspecify.annotations.NullMarked;
