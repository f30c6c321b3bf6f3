package org.sluice.plugin.http.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** One piece at a time, and files closed once, whoever ends first. */
class FileLaneTest {
  private final List<Runnable> waiting = new ArrayList<>();
  private final Files files = new Files();
  private int woken;
  private boolean refuses;
  private final Executor executor = task -> {
    if (refuses) {
      throw new RejectedExecutionException("full");
    }
    waiting.add(task);
  };
  private final FileLane lane = lane();

  private static final class Files implements FileLane.Work {
    private int runs;
    private int closed;
    private boolean open;
    private boolean breaks;

    @Override
    public void run() {
      runs++;
      open = true;
      if (breaks) {
        throw new IllegalStateException("broken");
      }
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      closed++;
      open = false;
    }
  }

  private FileLane lane() {
    FileLane made = new FileLane(task -> executor.execute(task), files);
    made.wakes(() -> {
      woken++;
      return true;
    });
    woken = 0;
    return made;
  }

  private void background() {
    List.copyOf(waiting).forEach(task -> {
      waiting.remove(task);
      task.run();
    });
  }

  @Test
  void a_piece_is_done_in_the_background_and_collected_once() {
    assertThat(lane.start()).isTrue();
    assertThat(lane.isIdle()).isFalse();
    assertThat(lane.collect()).isFalse();
    assertThat(files.runs).isZero();
    background();
    assertThat(woken).isEqualTo(1);
    assertThat(lane.isIdle()).isFalse();
    assertThat(lane.collect()).isTrue();
    assertThat(lane.collect()).isFalse();
    assertThat(lane.isIdle()).isTrue();
    assertThat(lane.start()).isTrue();
  }

  @Test
  void a_refused_piece_leaves_the_lane_as_it_was() {
    refuses = true;
    assertThat(lane.start()).isFalse();
    assertThat(lane.isIdle()).isTrue();
    refuses = false;
    assertThat(lane.start()).isTrue();
  }

  @Test
  void an_idle_lane_closes_its_files_in_the_background() {
    lane.start();
    background();
    lane.collect();
    lane.close();
    assertThat(files.closed).isZero();
    background();
    assertThat(files.closed).isEqualTo(1);
    lane.close();
    background();
    assertThat(files.closed).isEqualTo(1);
    assertThat(lane.start()).isFalse();
    assertThat(lane.collect()).isFalse();
  }

  @Test
  void without_files_there_is_nothing_to_close() {
    lane.close();
    assertThat(waiting).isEmpty();
  }

  @Test
  void what_nobody_collected_is_closed_too() {
    lane.start();
    background();
    lane.close();
    background();
    assertThat(files.closed).isEqualTo(1);
  }

  @Test
  void a_lane_that_is_closed_under_way_closes_its_files_after_the_piece() {
    lane.start();
    lane.close();
    assertThat(files.closed).isZero();
    background();
    assertThat(files.runs).isEqualTo(1);
    assertThat(files.closed).isEqualTo(1);
    assertThat(woken).isZero();
  }

  @Test
  void files_are_closed_where_there_is_no_background_any_more() {
    lane.start();
    background();
    refuses = true;
    lane.close();
    assertThat(files.closed).isEqualTo(1);
  }

  @Test
  void work_that_breaks_is_done_and_its_fault_is_told() {
    files.breaks = true;
    lane.start();
    assertThatThrownBy(this::background).hasMessage("broken");
    assertThat(woken).isEqualTo(1);
    assertThat(lane.collect()).isTrue();
  }
}
