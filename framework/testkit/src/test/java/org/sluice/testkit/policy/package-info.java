/** Lookups, rules and deny lists, on a whole stack. */
@NullMarked
package org.sluice.testkit.policy;

import org.jspecify.annotations.NullMarked;
