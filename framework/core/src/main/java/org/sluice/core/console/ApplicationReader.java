package org.sluice.core.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.sluice.core.application.ApplicationView;
import org.sluice.spi.console.CommandException;

/** Reads what applications have on each stack worker: one query per stack worker, for all of them. */
final class ApplicationReader {
  private final WorkerQueries queries;

  ApplicationReader(WorkerQueries queries) {
    this.queries = queries;
  }

  /** For each application the rows of its workers, by application worker and stack worker. */
  List<List<LaneRow>> lanes(List<ApplicationView> applications) throws CommandException, InterruptedException {
    List<List<LaneRow>> all = new ArrayList<>();
    applications.forEach(application -> all.add(new ArrayList<>()));
    for (int worker = 0; worker < queries.count(); worker++) {
      int index = worker;
      List<List<LaneRow>> here = queries.ask(worker, () -> read(applications, index));
      for (int i = 0; i < all.size(); i++) {
        all.get(i).addAll(here.get(i));
      }
    }
    all.forEach(rows -> rows.sort(Comparator.comparingInt(LaneRow::applicationWorker)));
    return all;
  }

  private static List<List<LaneRow>> read(List<ApplicationView> applications, int stackWorker) {
    List<List<LaneRow>> here = new ArrayList<>();
    for (ApplicationView application : applications) {
      here.add(application.workers().stream()
          .map(worker -> LaneRow.of(worker.number(), stackWorker, worker.lanes().get(stackWorker)))
          .toList());
    }
    return here;
  }
}
