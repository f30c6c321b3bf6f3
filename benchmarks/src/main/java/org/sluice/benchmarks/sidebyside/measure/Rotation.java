package org.sluice.benchmarks.sidebyside.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs contenders in turn, A B A B, so that whatever the machine does at the time happens to all of them. The ratio of
 * two of them is that of adjacent repetitions, so it survives a machine that is fast in one minute and slow in the
 * next.
 */
public final class Rotation {
  private final double[][][] values;
  private final List<Figure> figures;
  private int overlong;

  private Rotation(int contenders, List<Figure> figures, int rounds) {
    this.figures = figures;
    values = new double[contenders][figures.size()][rounds];
  }

  /**
   * Opens the contenders, warms them up, measures and closes them.
   *
   * @param entries the contenders; the ratios are those of the first to each other one
   * @param figures what to draw from each repetition
   * @param plan how often and how long
   * @return the figures
   * @throws Exception what a contender threw
   */
  public static Rotation run(List<Contender.Entry> entries, List<Figure> figures, Plan plan) throws Exception {
    List<Contender> contenders = new ArrayList<>();
    Rotation rotation = new Rotation(entries.size(), figures, plan.pairs());
    try {
      for (Contender.Entry entry : entries) {
        contenders.add(entry.opener().open());
      }
      for (int i = 0; i < plan.warmUps(); i++) {
        for (Contender contender : contenders) {
          contender.run(plan.repetitionNs());
        }
      }
      for (int round = 0; round < plan.pairs(); round++) {
        rotation.round(round, contenders, plan.repetitionNs());
      }
    } catch (Exception failure) {
      closeAll(contenders, failure);
    }
    closeAll(contenders, null);
    return rotation;
  }

  private void round(int round, List<Contender> contenders, long nanos) throws Exception {
    for (int i = 0; i < contenders.size(); i++) {
      Reading reading = contenders.get(i).run(nanos);
      overlong += reading.nanos() > Plan.MOST_REPETITION_NS ? 1 : 0;
      for (int f = 0; f < figures.size(); f++) {
        values[i][f][round] = figures.get(f).of(reading);
      }
    }
  }

  /** Closes all of them; what goes wrong is added to a failure that came before. */
  private static void closeAll(List<Contender> contenders, @Nullable Exception before) throws Exception {
    Exception failure = before;
    for (Contender contender : contenders.reversed()) {
      try {
        contender.close();
      } catch (Exception e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Whether a contender's repetitions have a figure at all.
   *
   * @param contender its place in the list, from 0
   * @param figure one of those drawn
   * @return false when it was not measured
   */
  public boolean has(int contender, Figure figure) {
    return Arrays.stream(values[contender][figures.indexOf(figure)]).noneMatch(Double::isNaN);
  }

  /**
   * A figure of one contender over its repetitions.
   *
   * @param contender its place in the list, from 0
   * @param figure one of those drawn
   * @return its quartiles
   */
  public Quartiles figure(int contender, Figure figure) {
    return Quartiles.of(values[contender][figures.indexOf(figure)]);
  }

  /**
   * How many repetitions took longer than they may, because a thread got no processor.
   *
   * @return of all contenders
   */
  public int overlong() {
    return overlong;
  }

  /**
   * A figure of the first contender over that of another one, in all pairs of adjacent repetitions.
   *
   * @param contender the other one's place in the list, from 1
   * @param figure one of those drawn
   * @return its quartiles
   */
  public Quartiles ratio(int contender, Figure figure) {
    double[] first = values[0][figures.indexOf(figure)];
    double[] other = values[contender][figures.indexOf(figure)];
    double[] ratios = new double[first.length];
    Arrays.setAll(ratios, round -> first[round] / other[round]);
    return Quartiles.of(ratios);
  }
}
