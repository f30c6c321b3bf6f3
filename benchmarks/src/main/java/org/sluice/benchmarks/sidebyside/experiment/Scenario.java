package org.sluice.benchmarks.sidebyside.experiment;

import java.util.ArrayList;
import java.util.List;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Figure;
import org.sluice.benchmarks.sidebyside.measure.Goal;

/**
 * Work that several contenders can do, and what the ratios of ours to the peers should be. Becomes one comparison for
 * each pair; peers without one of ours, and ours without peers, are measured by themselves.
 */
public final class Scenario {
  private final String name;
  private final String description;
  private final List<Figure> figures;
  private final List<Ours> ours = new ArrayList<>();
  private final List<Peer> peers = new ArrayList<>();
  private final List<Constant> constants = new ArrayList<>();

  private record Ours(Contender.Entry entry, String suffix, boolean judged) {}

  private record Peer(Contender.Entry entry, List<Aim> aims) {}

  /**
   * An empty scenario.
   *
   * @param name begins the names of its results
   * @param description what is done, for people
   * @param compared the figure of a ratio that nothing is aimed at
   * @param more what else is reported of each contender
   */
  public Scenario(String name, String description, Figure compared, Figure... more) {
    this.name = name;
    this.description = description;
    figures = new ArrayList<>(List.of(compared));
    figures.addAll(List.of(more));
  }

  /**
   * Adds one of ours that the goals are for.
   *
   * @param opener makes it
   * @return this
   */
  public Scenario ours(Contender.Opener opener) {
    ours.add(new Ours(new Contender.Entry("sluice", opener), "", true));
    return this;
  }

  /**
   * Adds one of ours that is compared to know, not to judge: it does the work in another way than the peers do.
   *
   * @param way how, which is added to the name
   * @param opener makes it
   * @return this
   */
  public Scenario oursUnjudged(String way, Contender.Opener opener) {
    ours.add(new Ours(new Contender.Entry("sluice-" + way, opener), "-" + way, false));
    return this;
  }

  /**
   * Adds a peer.
   *
   * @param peer its name
   * @param opener makes it
   * @param aims the ratios of ours to it that should be reached; without any the ratio is there to know
   * @return this
   */
  public Scenario peer(String peer, Contender.Opener opener, Aim... aims) {
    peers.add(new Peer(new Contender.Entry(peer, opener), List.of(aims)));
    return this;
  }

  /**
   * Adds a goal that a figure of ours has by itself.
   *
   * @param constant the name of the result
   * @param figure one of the scenario's
   * @param goal what it should be
   * @return this
   */
  public Scenario constant(String constant, Figure figure, Goal goal) {
    constants.add(new Constant(constant, figure, goal));
    return this;
  }

  /**
   * What is to be run.
   *
   * @return the experiments
   */
  public List<Experiment> experiments() {
    List<Experiment> experiments = new ArrayList<>();
    if (ours.isEmpty() || peers.isEmpty()) {
      List<Contender.Entry> entries = new ArrayList<>();
      ours.forEach(one -> entries.add(one.entry));
      peers.forEach(peer -> entries.add(peer.entry));
      experiments.add(new Solo(name, description, entries, figures, ours.isEmpty() ? List.of() : constants));
    }
    for (Ours one : ours) {
      for (Peer peer : peers) {
        // A constant is that of ours alone, so it is reported with the first peer and not with each.
        boolean first = peer == peers.getFirst() && one == ours.getFirst();
        experiments.add(new Comparison(name + one.suffix + "-vs-" + peer.entry.name(), description,
            List.of(one.entry, peer.entry), figures, one.judged ? peer.aims : List.of(),
            first ? constants : List.of()));
      }
    }
    return experiments;
  }
}
