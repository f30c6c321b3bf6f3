/** TCP from the outside: applications of two namespaces, and what stands on the wire between them. */
@NullMarked
package org.sluice.plugin.tcp;

import org.jspecify.annotations.NullMarked;
