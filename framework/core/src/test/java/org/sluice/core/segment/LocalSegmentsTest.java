package org.sluice.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.core.segment.LocalFixture.LINGER_NS;
import static org.sluice.core.segment.SegmentFixture.KIB;
import static org.sluice.core.segment.SegmentFixture.MIB;
import static org.sluice.core.segment.SegmentFixture.eager;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.core.segment.LocalFixture.Link;
import org.sluice.core.segment.LocalFixture.User;
import org.sluice.spi.error.SessionError;

/** Segments that the two ends of local sessions share. */
final class LocalSegmentsTest {
  private static final SegmentOptions OPTIONS = eager(MIB, 64 * KIB, 2, 16 * KIB);

  private final LocalFixture local = new LocalFixture(LINGER_NS);
  private final User client = local.user("client", 1);
  private final User server = local.user("server", 2);
  private final FifoPair out = new FifoPair();

  @Test
  void both_ends_are_told_before_use_and_after_the_last_session_client_first() {
    Link link = link(client, server);
    assertThat(local.journal).containsExactly("server added", "client added");
    assertThat(local.stack.registry.find(link.segment.handle())).isSameAs(link.segment);

    link.release();
    assertThat(local.journal).hasSize(2);
    local.advance(2 * LINGER_NS);
    assertThat(local.journal).containsExactly("server added", "client added", "client removed", "server removed");
    assertGone();
  }

  @Test
  void segment_goes_only_when_neither_end_has_a_session_in_it() {
    Link link = link(client, server);
    assertThat(link.segment.clientSessions()).isEqualTo(1);
    assertThat(link.segment.serverSessions()).isEqualTo(1);
    link.abandonFifos();

    link.releaseServer();
    local.advance(2 * LINGER_NS);
    assertThat(link.segment.serverSessions()).isZero();
    assertThat(segments()).containsExactly(link.segment);

    link.releaseClient();
    local.advance(2 * LINGER_NS);
    assertGone();
  }

  @Test
  void the_order_in_which_the_ends_leave_does_not_matter() {
    Link link = link(client, server);
    link.abandonFifos();
    link.releaseClient();
    local.advance(2 * LINGER_NS);
    assertThat(segments()).hasSize(1);
    link.releaseServer();
    local.advance(2 * LINGER_NS);
    assertGone();
  }

  @Test
  void segment_is_reused_while_it_has_room_then_another_is_added() {
    SegmentOptions roomy = eager(MIB, 128 * KIB, 2, 16 * KIB);
    Link first = link(client, server, roomy);
    Link second = link(client, server, roomy);
    assertThat(second.segment).isSameAs(first.segment);
    assertThat(first.segment.pairs()).isEqualTo(2);
    link(client, server, roomy);
    Link fourth = link(client, server, roomy);
    assertThat(fourth.segment).isNotSameAs(first.segment);
    assertThat(local.journal).hasSize(4);
  }

  @Test
  void segment_is_shared_by_exactly_one_pair_of_application_workers() {
    User otherClient = local.user("other client", 3);
    User otherServer = local.user("other server", 4);
    List<Link> links =
        List.of(link(client, server), link(otherClient, server), link(client, otherServer), link(server, client));
    assertThat(links).extracting(l -> l.segment).doesNotHaveDuplicates();
    assertThat(segments()).hasSize(4);
  }

  @Test
  void lingering_segment_is_reused_and_its_end_put_off() {
    Link first = link(client, server);
    first.release();
    local.advance(LINGER_NS / 2);
    Link second = link(client, server);
    assertThat(second.segment).isSameAs(first.segment);

    local.advance(2 * LINGER_NS);
    assertThat(segments()).as("in use").hasSize(1);
    second.release();
    local.advance(LINGER_NS / 2);
    assertThat(segments()).as("lingers anew").hasSize(1);
    local.advance(LINGER_NS);
    assertGone();
  }

  @Test
  void detach_removes_an_empty_segment_at_once_and_tells_the_other_end_only() {
    link(client, server).release();
    local.segments.detach(client.handle());
    assertThat(local.journal).containsExactly("server added", "client added", "server removed");
    assertGone();
    local.advance(2 * LINGER_NS);
    assertThat(local.journal).as("the timer is disarmed").hasSize(3);
  }

  @Test
  void detach_of_the_server_tells_the_client_when_its_last_session_ends() {
    Link link = link(client, server);
    local.segments.detach(server.handle());
    assertThat(segments()).hasSize(1);
    assertThat(segments().getFirst().info(50, 80).flags())
        .containsExactlyInAnyOrder(SegmentInfo.Flag.SHARED, SegmentInfo.Flag.DETACHED);
    link.release();
    assertThat(local.journal).containsExactly("server added", "client added", "client removed");
    assertGone();
  }

  @Test
  void detach_of_both_ends_tells_nobody() {
    Link link = link(client, server);
    local.segments.detach(server.handle());
    local.segments.detach(client.handle());
    link.release();
    assertThat(local.journal).containsExactly("server added", "client added");
    assertGone();
  }

  @Test
  void segment_with_a_detached_side_is_never_reused() {
    Link old = link(client, server);
    local.segments.detach(client.handle());
    User sameHandleAgain = local.user("new client", client.handle());
    Link fresh = link(sameHandleAgain, server);
    assertThat(fresh.segment).isNotSameAs(old.segment);

    old.release();
    assertThat(segments()).containsExactly(fresh.segment);
    assertThat(local.journal)
        .containsExactly("server added", "client added", "server added", "new client added", "server removed");
  }

  @Test
  void detach_leaves_the_segments_of_others_alone() {
    User other = local.user("other", 3);
    Link link = link(other, server);
    link(client, server).release();
    local.segments.detach(client.handle());
    assertThat(segments()).containsExactly(link.segment);
    assertThat(link(other, server).segment).isNotNull();
  }

  @Test
  void application_that_connects_to_itself_is_told_once() {
    SegmentBudget budget = local.stack.budget(0);
    User self = local.user("self", 5, budget);
    Link link = link(self, self);
    assertThat(budget.bytes()).as("charged once").isEqualTo(64 * KIB);
    link.release();
    local.advance(2 * LINGER_NS);
    assertThat(local.journal).containsExactly("self added", "self removed");
    assertThat(budget.bytes()).isZero();
    assertGone();
  }

  @Test
  void without_linger_segments_go_with_the_last_session() {
    LocalFixture prompt = new LocalFixture(0);
    User c = prompt.user("c", 1);
    User s = prompt.user("s", 2);
    assertThat(prompt.segments.acquire(c.end, s.end, OPTIONS, out)).isZero();
    new Link(out).release();
    assertThat(prompt.journal).containsExactly("s added", "c added", "c removed", "s removed");
    assertThat(prompt.stack.registry.size()).isZero();
  }

  @Test
  void number_of_segments_of_a_pair_is_limited() {
    link(client, server);
    link(client, server);
    assertThat(acquire(client, server, OPTIONS)).isEqualTo(SessionError.SEG_NO_SPACE);
    assertThat(local.stack.counters.maxSegmentsHits().value()).isEqualTo(1);
    link(local.user("other", 3), server);
  }

  @Test
  void each_end_is_charged_and_either_budget_can_refuse() {
    SegmentBudget narrow = local.stack.budget(64 * KIB);
    User poor = local.user("poor", 6, narrow);
    User rich = local.user("rich", 7);
    Link link = link(poor, rich);
    assertThat(narrow.bytes()).isEqualTo(64 * KIB);
    assertThat(rich.end.budget().bytes()).isEqualTo(64 * KIB);

    assertThat(acquire(poor, rich, OPTIONS)).isEqualTo(SessionError.SEG_NO_SPACE);
    assertThat(acquire(rich, poor, OPTIONS)).isEqualTo(SessionError.SEG_NO_SPACE);
    assertThat(rich.end.budget().bytes()).as("what was charged in vain is given back").isEqualTo(64 * KIB);
    assertThat(local.stack.counters.memoryLimitHits().value()).isEqualTo(2);
    link.release();
    local.advance(2 * LINGER_NS);
    assertThat(narrow.bytes()).isZero();
    assertThat(rich.end.budget().bytes()).isZero();
  }

  @Test
  void failures_leave_nothing_behind() {
    SegmentBudget failing = new SegmentBudget(local.stack.registry,
        bytes -> {
          throw new IOException("no file");
        },
        local.stack.counters, 0);
    assertThat(acquire(client, local.user("broken", 8, failing), OPTIONS)).isEqualTo(SessionError.SEG_CREATE);
    assertThat(acquire(client, server, eager(MIB, 64 * KIB, 2, 64 * KIB))).isEqualTo(SessionError.SEG_NO_SPACE2);
    assertThat(local.journal).isEmpty();
    assertThat(client.end.budget().bytes()).isZero();
    assertGone();
  }

  private SessionError acquire(User from, User to, SegmentOptions options) {
    return SessionError.of(local.segments.acquire(from.end, to.end, options, out));
  }

  private Link link(User from, User to) {
    return link(from, to, OPTIONS);
  }

  private Link link(User from, User to, SegmentOptions options) {
    assertThat(acquire(from, to, options)).isEqualTo(SessionError.NONE);
    return new Link(out);
  }

  private List<SharedSegment> segments() {
    List<SharedSegment> all = new ArrayList<>();
    local.segments.forEach(all::add);
    return all;
  }

  private void assertGone() {
    assertThat(segments()).isEmpty();
    assertThat(local.stack.registry.size()).isZero();
    assertThat(local.stack.counters.added().value()).isEqualTo(local.stack.counters.removed().value());
  }
}
