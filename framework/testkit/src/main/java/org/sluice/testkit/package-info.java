/**
 * What tests of the stack and of plugins are built with: virtual time, a deterministic runtime, fakes, contracts.
 */
@NullMarked
package org.sluice.testkit;

import org.jspecify.annotations.NullMarked;
