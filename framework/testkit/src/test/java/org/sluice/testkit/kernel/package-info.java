/** Tests of the parts of this host's kernel that tests are given. */
@NullMarked
package org.sluice.testkit.kernel;

import org.jspecify.annotations.NullMarked;
