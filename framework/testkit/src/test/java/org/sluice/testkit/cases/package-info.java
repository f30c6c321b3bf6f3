/** The cases of the session layer that an operator of VPP knows by name, each check of a case a method. */
@NullMarked
package org.sluice.testkit.cases;

import org.jspecify.annotations.NullMarked;
