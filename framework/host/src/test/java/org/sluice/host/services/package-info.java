/** Tests of {@code org.sluice.host.services}. */
@NullMarked
package org.sluice.host.services;

import org.jspecify.annotations.NullMarked;
