/**
 * What a plugin is given: {@link org.sluice.host.services.PluginServices}, the host's side of {@code HostServices}, and
 * the {@link org.sluice.host.services.ExtensionRegistry} through which plugins find each other's extensions.
 *
 * <p>Thread model: any context; listeners are called on worker 0.
 */
@NullMarked
package org.sluice.host.services;

import org.jspecify.annotations.NullMarked;
