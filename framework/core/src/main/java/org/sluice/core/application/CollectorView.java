package org.sluice.core.application;

/**
 * An event collector as consoles see it.
 *
 * @param name the application
 * @param namespace whose sessions it is told of
 * @param pluginId the plugin it belongs to
 * @param records how many records it was given, over all workers
 */
public record CollectorView(String name, String namespace, String pluginId, long records) {}
