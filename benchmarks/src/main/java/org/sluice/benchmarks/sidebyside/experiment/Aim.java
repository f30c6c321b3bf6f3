package org.sluice.benchmarks.sidebyside.experiment;

import org.sluice.benchmarks.sidebyside.measure.Figure;
import org.sluice.benchmarks.sidebyside.measure.Goal;

/**
 * What the ratio of ours to a peer should be in one figure.
 *
 * @param figure the figure
 * @param goal the ratio
 */
public record Aim(Figure figure, Goal goal) {}
