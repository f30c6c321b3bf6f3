/**
 * The configuration: one HOCON file of the operator's over the {@code reference.conf} of the host and of each plugin.
 * A reference file is also the schema: its keys are all keys there are, and a comment {@code type: integer 0..127}
 * above a key says what its value must be. All problems are collected and reported together.
 *
 * <p>Thread model: everything is immutable once made. Start with {@link org.sluice.host.config.ConfigurationLoader}.
 */
@NullMarked
package org.sluice.host.config;

import org.jspecify.annotations.NullMarked;
