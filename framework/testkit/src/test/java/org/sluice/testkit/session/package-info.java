/** Tests of core's session layer, driven by scripted transports in virtual time. */
@NullMarked
package org.sluice.testkit.session;

import org.jspecify.annotations.NullMarked;
