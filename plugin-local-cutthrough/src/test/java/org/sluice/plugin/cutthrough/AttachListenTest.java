package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.core.StackLimits;
import org.sluice.core.application.ApplicationLimits;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.EventQueue;

/** The checks of attach, listen and unlisten: A01, A02, A04, A05, A25, and upstream's case "basic". */
class AttachListenTest {

  private final LocalHost host = new LocalHost(0);

  private SessionException failure(Supplier<? extends CompletableFuture<?>> call) {
    List<Throwable> thrown = new ArrayList<>();
    host.onMain(() -> {
      CompletableFuture<?> result = call.get();
      assertThat(result).isCompletedExceptionally();
      thrown.add(result.exceptionNow());
    });
    assertThat(thrown.getFirst()).isInstanceOf(SessionException.class);
    SessionException failure = (SessionException) thrown.getFirst();
    assertThat(host.errors(failure.error())).as("counted").isPositive();
    return failure;
  }

  private SessionError attachError(AttachOptions options) {
    return failure(() -> host.scope.applications().attach(new Probe("x"), options)).error();
  }

  static Stream<Arguments> attachErrors() {
    AttachOptions plain = LocalHost.small("app");
    return Stream.of(
        Arguments.of("no name", AttachOptions.named(" "), SessionError.INVALID),
        Arguments.of("unknown namespace", plain.with().namespace("other", 0).build(), SessionError.INVALID_NS),
        Arguments.of("wrong secret", plain.with().namespace("default", 5).build(), SessionError.WRONG_NS_SECRET),
        Arguments.of("both preallocations", plain.with().preallocate(1, 1).build(), SessionError.NOSUPPORT),
        Arguments.of("FIFO too small", plain.with().fifoBytes(4095, 4096).build(), SessionError.INVALID),
        Arguments.of("too many events", plain.with().eventQueueEvents(EventQueue.MAX_EVENTS + 1).build(),
            SessionError.INVALID),
        Arguments.of("more queue than segment", plain.with().eventQueueEvents(EventQueue.MAX_EVENTS).build(),
            SessionError.SEG_NO_SPACE),
        Arguments.of("more segment than memory", plain.with().maxFifoMemoryBytes(1000).build(),
            SessionError.SEG_NO_SPACE));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("attachErrors")
  void A02_attach_options_are_checked(String what, AttachOptions options, SessionError expected) {
    assertThat(attachError(options)).as(what).isEqualTo(expected);
    host.assertNothingLeft();
  }

  @Test
  void A02_all_wrong_values_are_named_together() {
    AttachOptions options = LocalHost.small("app").with().fifoBytes(1, 2).segments(3, 4, 0).maxConnects(0)
        .eventQueueEvents(1).watermarks(90, 80).firstAllocationPercent(101).maxFifoMemoryBytes(-1)
        .maxRxFifoBytes(-2).build();
    assertThat(failure(() -> host.scope.applications().attach(new Probe("x"), options)))
        .hasMessageContainingAll("rxFifoBytes is 1", "txFifoBytes is 2", "segmentBytes is 3", "addSegmentBytes is 4",
            "maxSegments is 0", "maxConnects is 0", "eventQueueEvents is 1", "lowWatermarkPercent is 90",
            "firstAllocationPercent is 101", "maxFifoMemoryBytes is -1", "maxRxFifoBytes is -2");
  }

  @Test
  void A02_the_largest_event_queue_is_allowed_where_the_segment_has_room() {
    Probe big = new Probe("big");
    host.attach(big, LocalHost.small("big").with().segments(64 << 20, 256 << 10, 4)
        .eventQueueEvents(EventQueue.MAX_EVENTS).build());
    host.detach(big);
    host.assertNothingLeft();
  }

  @Test
  void A01_the_same_name_twice_is_refused_and_free_again_after_the_detach() {
    Probe first = host.client();
    assertThat(attachError(LocalHost.small("client"))).isEqualTo(SessionError.APP_ATTACHED);
    host.detach(first);
    Probe second = host.client();
    assertThat(first.context().handle()).as("a handle of its own").isNotEqualTo(second.context().handle());
    assertThat(failure(() -> first.context().detach()).error()).isEqualTo(SessionError.NOAPP);
    assertThat(failure(() -> first.context().addWorker(new SessionCallbacks() {})).error())
        .isEqualTo(SessionError.NOAPP);
  }

  @Test
  void each_limit_of_the_application_layer_refuses_and_counts_by_itself() {
    StackLimits d = StackLimits.DEFAULT;
    StackLimits few = new StackLimits(d.maxSessionsPerWorker(), d.maxFlows(), d.maxSegments(), d.maxTransports(),
        d.ports(), new ApplicationLimits(1, 1, 2, 1, 1, 1), d.tx(), d.workers(), d.sweep());
    LocalHost small = new LocalHost(0, few, 10, 1);
    Probe server = small.server();
    small.onMain(() -> {
      assertThat(error(small.scope.applications().attach(new Probe("b"), LocalHost.small("b"))))
          .isEqualTo(SessionError.LIMIT);
      assertThat(error(server.context().listen("ct://0.0.0.0:8"))).isEqualTo(SessionError.LIMIT);
      ApplicationContext _ = server.context().addWorker(new SessionCallbacks() {}).join();
      assertThat(error(server.context().addWorker(new SessionCallbacks() {}))).isEqualTo(SessionError.LIMIT);
    });
    assertThat(small.main(() -> server.context().connect("ct://127.0.0.1:7", 1))).isEqualTo(SessionError.NONE);
    assertThat(small.main(() -> server.context().connect("ct://127.0.0.1:7", 2))).isEqualTo(SessionError.LIMIT);
    for (String limit : List.of("application", "listener", "application.worker", "application.connect")) {
      assertThat(small.counter(limit + ".limit")).as(limit).isEqualTo(1);
    }
    assertThat(small.errors(SessionError.LIMIT)).isEqualTo(4);
  }

  private static SessionError error(CompletableFuture<?> future) {
    return ((SessionException) future.exceptionNow()).error();
  }

  @Test
  void basic_a_second_listen_fails_in_each_family_and_unlisten_of_both_succeeds() {
    Probe app = host.client();
    long ip4 = host.listen(app, "ct://0.0.0.0:1234");
    assertThat(failure(() -> app.context().listen("ct://0.0.0.0:1234")).error())
        .isEqualTo(SessionError.ALREADY_LISTENING);
    long ip6 = host.listen(app, "ct://[::]:1234");
    assertThat(failure(() -> app.context().listen("ct://[::]:1234")).error())
        .isEqualTo(SessionError.ALREADY_LISTENING);
    host.main(() -> app.context().unlisten(ip4).join());
    host.main(() -> app.context().unlisten(ip6).join());
    assertThat(failure(() -> app.context().unlisten(ip4)).error()).isEqualTo(SessionError.NOLISTEN);
    host.listen(app, "ct://0.0.0.0:1234");
  }

  static Stream<Arguments> listenErrors() {
    return Stream.of(
        Arguments.of("not a uri", SessionError.INVALID),
        Arguments.of("ct://127.0.0.1:70000", SessionError.INVALID),
        Arguments.of("nosuch://0.0.0.0:80", SessionError.TRANSPORT_NO_REG),
        Arguments.of("ct://10.0.0.1:80", SessionError.INVALID_NS),
        Arguments.of("tcp://0.0.0.0:1", SessionError.PORTINUSE));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("listenErrors")
  void A04_listen_errors(String uri, SessionError expected) {
    host.main(() -> host.scope.registerTransport(new FakeNetworkTransport(host.scope)).join());
    Probe app = host.client();
    assertThat(failure(() -> app.context().listen(uri)).error()).isEqualTo(expected);
    host.detach(app);
    host.assertNothingLeft();
  }

  @Test
  void A04_unlisten_of_anothers_listener_is_refused_with_owner() {
    Probe server = new Probe("server");
    host.attach(server);
    long listener = host.listen(server, LocalHost.LISTEN);
    Probe client = host.client();
    assertThat(failure(() -> client.context().unlisten(listener)).error()).isEqualTo(SessionError.OWNER);
    host.join(client);
    assertThat(client.told()).containsExactly("connected");
    host.main(() -> server.context().unlisten(listener).join());
    host.connect(client, 2);
    host.settle();
    assertThat(client.failures).containsExactly(SessionError.NOROUTE);
    assertThat(client.session().handle()).as("accepted sessions stay").isPositive();
  }

  @Test
  void A05_another_worker_of_the_same_application_shares_an_endpoint_another_application_does_not() {
    Probe server = host.server();
    Probe other = new Probe("other");
    host.attach(other);
    assertThat(failure(() -> other.context().listen(LocalHost.LISTEN)).error())
        .isEqualTo(SessionError.ALREADY_LISTENING);
    ApplicationContext second = host.main(() -> server.context().addWorker(new SessionCallbacks() {}).join());
    long shared = host.main(() -> second.listen(LocalHost.LISTEN).join());
    assertThat(failure(() -> second.listen(LocalHost.LISTEN)).error()).isEqualTo(SessionError.ALREADY_LISTENING);
    host.main(() -> server.context().unlisten(shared).join());
    Probe client = host.client();
    host.join(client);
    assertThat(client.told()).as("the second worker still listens").containsExactly("connected");
    assertThat(server.sessions).isEmpty();
    host.main(() -> second.unlisten(shared).join());
    host.connect(client, 2);
    host.settle();
    assertThat(client.failures).containsExactly(SessionError.NOROUTE);
  }

  @Test
  void calls_from_outside_of_any_worker_are_done_by_worker_0() {
    Probe server = new Probe("server");
    host.attach(server);
    CompletableFuture<Long> listening = server.context().listen(LocalHost.LISTEN);
    assertThat(listening).isNotDone();
    host.settle();
    assertThat(listening).isCompletedWithValueMatching(handle -> handle >= 0);
    Probe client = host.client();
    assertThat(client.context().connect(LocalHost.SERVER, 1)).isEqualTo(SessionError.NONE);
    host.settle();
    assertThat(client.told()).containsExactly("connected 1");
    CompletableFuture<?> gone = client.context().detach();
    host.settle();
    assertThat(gone).isCompleted();
  }
}
