package org.sluice.benchmarks.soak;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.StreamApplication;
import org.sluice.spi.session.SessionStream;

/** A client and a server that are attached, talk in one session after the other, and are detached, again and again. */
final class Pair implements Runnable {
  private static final int FIRST_PORT = 1000;
  private static final long LOOK_MS = 100;

  private final Plan plan;
  private final int index;
  private final SoakHost host;
  private final Verdict verdict;
  private final Tally tally;
  private final BooleanSupplier isOver;
  private final String uri;
  private final Receiving.Buffers clientBuffers = new Receiving.Buffers();
  private final Receiving.Buffers serverBuffers = new Receiving.Buffers();
  private int chapters;
  private int sessions;
  private volatile int steps;
  private volatile String stage = "not begun";
  private volatile @Nullable Conversation conversation;

  Pair(Plan plan, int index, SoakHost host, Verdict verdict, Tally tally, BooleanSupplier isOver) {
    this.plan = plan;
    this.index = index;
    this.host = host;
    this.verdict = verdict;
    this.tally = tally;
    this.isOver = isOver;
    uri = "ct://127.0.0.1:" + (FIRST_PORT + index);
  }

  @Override
  public void run() {
    try {
      while (!isDone()) {
        play(Chapter.draw(plan.seed(), index, chapters));
        chapters++;
      }
      stage("ended");
    } catch (StoppedException e) {
      // Somebody has said why.
    } catch (Exception | AssertionError e) {
      verdict.fail("wrong: " + e + "\n" + describe());
    }
  }

  private boolean isDone() {
    return isOver.getAsBoolean() || sessions >= plan.mostSessions();
  }

  private void play(Chapter chapter) throws Exception {
    stage("attaches");
    CallbackServer callbacks = chapter.callbackServer() ? new CallbackServer() : null;
    Map<End, Attached> applications = new EnumMap<>(End.class);
    applications.put(End.SERVER, attachServer(chapter, callbacks));
    StreamApplication client =
        StreamApplication.attach(host.applications(), chapter.options(End.CLIENT, name("client")));
    applications.put(End.CLIENT, new Attached(client.context(), client));
    boolean detached = false;
    for (int i = 0; i < chapter.sessions() && !detached && !isDone(); i++) {
      Script script = chapter.script(i);
      talk(script, i, applications, callbacks);
      sessions++;
      detached = script.ending().kind() == Ending.Kind.DETACH;
    }
    for (Map.Entry<End, Attached> application : applications.entrySet()) {
      stage("detaches the " + application.getKey());
      await(application.getValue().detach());
      tally.applications.increment();
    }
  }

  private Attached attachServer(Chapter chapter, @Nullable CallbackServer callbacks) throws Exception {
    if (callbacks != null) {
      Attached server = new Attached(
          await(host.applications().attach(callbacks, chapter.options(End.SERVER, name("server")))), null);
      await(server.context().listen(uri));
      return server;
    }
    StreamApplication server =
        StreamApplication.attach(host.applications(), chapter.options(End.SERVER, name("server")));
    server.listen(uri);
    return new Attached(server.context(), server);
  }

  private void talk(Script script, int number, Map<End, Attached> applications, @Nullable CallbackServer callbacks)
      throws Exception {
    Conversation talk = new Conversation(index + "/" + chapters + "/" + number, script, applications, verdict, tally);
    conversation = talk;
    if (callbacks != null) {
      callbacks.expect(talk);
      tally.callbackSessions.increment();
    }
    stage("connects");
    SessionStream client = threads(applications, End.CLIENT).connect(uri);
    if (callbacks == null) {
      stage("accepts");
      SessionStream server = threads(applications, End.SERVER).accept();
      talk.start(End.SERVER, plan.tamper().apply(server, End.SERVER, script), serverBuffers);
    }
    talk.start(End.CLIENT, plan.tamper().apply(client, End.CLIENT, script), clientBuffers);
    stage("talks");
    talk.finish(callbacks != null);
  }

  private static StreamApplication threads(Map<End, Attached> applications, End end) {
    return Objects.requireNonNull(Objects.requireNonNull(applications.get(end)).threads());
  }

  private String name(String role) {
    return role + "-" + index + "-" + chapters;
  }

  private <T> T await(CompletableFuture<T> future) throws InterruptedException, ExecutionException {
    while (true) {
      try {
        return future.get(LOOK_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        verdict.leaveIfFailed();
      }
    }
  }

  private void stage(String now) {
    stage = now;
    steps++;
  }

  // ---- For the watch.

  /** Changes whenever something moves. */
  long progress() {
    Conversation talk = conversation;
    return ((long) steps << Long.SIZE / 2 + 8) + (talk == null ? 0 : talk.progress());
  }

  String describe() {
    Conversation talk = conversation;
    return "  pair " + index + ", which " + stage + ", chapter " + Chapter.draw(plan.seed(), index, chapters)
        + (talk == null ? "" : "\n" + talk.describe(true));
  }
}
