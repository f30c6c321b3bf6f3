/** What plugins log, and at which level. */
@NullMarked
package org.sluice.host.log;

import org.jspecify.annotations.NullMarked;
