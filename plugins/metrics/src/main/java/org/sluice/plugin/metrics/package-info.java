/**
 * The counters of the host for Prometheus: {@link org.sluice.plugin.metrics.Exposition} names them, {@link
 * org.sluice.plugin.metrics.MetricsPlugin} serves them.
 *
 * <p>Thread model: requests are answered on threads of the plugin's own, which read counters and never touch a worker.
 */
@NullMarked
package org.sluice.plugin.metrics;

import org.jspecify.annotations.NullMarked;
