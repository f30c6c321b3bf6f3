/** Tests of whole sessions over cut-through, and of the commands. */
@NullMarked
package org.sluice.plugin.http.server;

import org.jspecify.annotations.NullMarked;
