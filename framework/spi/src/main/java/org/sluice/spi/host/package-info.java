/**
 * What a plugin is given by its host: {@link org.sluice.spi.host.HostServices}, scoped to the plugin, so that all it
 * registered can be revoked in one call.
 *
 * <p>Thread model: any context unless a method says otherwise.
 */
@NullMarked
package org.sluice.spi.host;

import org.jspecify.annotations.NullMarked;
