/** The IP layer: two stacks on a cable, in virtual time. */
@NullMarked
package org.sluice.testkit.ip;

import org.jspecify.annotations.NullMarked;
