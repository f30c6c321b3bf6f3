/** Tests of what log lines look like, and of what sets logging up. */
@NullMarked
package org.sluice.host.log;

import org.jspecify.annotations.NullMarked;
