/** What the tests of the host share: plugin jars built on the fly, golden texts, a sink that remembers. */
@NullMarked
package org.sluice.host.testing;

import org.jspecify.annotations.NullMarked;
