package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.DatagramAddress;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.testkit.contract.DatagramInbox;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.FakeConnectionlessTransport;

/** A stack with three workers, a connectionless transport and an application that listens by it. */
final class DatagramWorld {
  static final String URI = "message://127.0.0.1:7000";
  static final Endpoint OURS = Endpoint.of("127.0.0.1", 7000).withTable(0);

  final Simulation simulation;
  final TestHost host;
  final Addresses transport;
  final RecordingApplication server = new RecordingApplication();
  final DatagramInbox inbox = new DatagramInbox(2000);

  DatagramWorld(Simulation simulation) {
    this.simulation = simulation;
    host = simulation.host("messages", Map.of());
    transport = new Addresses(host);
    simulation.await(() -> host.scope().registerTransport(transport));
    attach(server, "server", AttachOptions.DEFAULT_NAMESPACE);
    server.onReadable(inbox);
  }

  /** Writes down between whom each packet leaves; throws as often as it is told. */
  static final class Addresses extends FakeConnectionlessTransport {
    final List<String> sent = new ArrayList<>();
    int protocol;
    int throwing;
    int listening;
    SessionError refusing = SessionError.NONE;

    Addresses(HostServices host) {
      super(host);
    }

    @Override
    public void enable(int id) {
      super.enable(id);
      protocol = id;
    }

    @Override
    public long startListen(long listener, EndpointConfig config) {
      listening++;
      return super.startListen(listener, config);
    }

    @Override
    public void stopListen(long transportListener) {
      listening--;
      super.stopListen(transportListener);
    }

    @Override
    public long openDatagrams(long session, EndpointConfig config) {
      return refusing == SessionError.NONE ? super.openDatagrams(session, config) : refusing.code();
    }

    @Override
    public void pushHeader(TransportConnection connection, PacketBatch batch) {
      if (throwing > 0) {
        throwing--;
        throw new IllegalStateException("as told");
      }
      super.pushHeader(connection, batch);
      for (int i = 0; i < batch.size(); i++) {
        sent.add(connection.localEndpoint() + ">" + connection.remoteEndpoint());
      }
    }
  }

  ApplicationContext attach(RecordingApplication application, String name, String namespace) {
    AttachOptions options = AttachOptions.named(name)
        .with().namespace(namespace, 0).scopes(Scope.GLOBAL).segments(1 << 20, 1 << 20, 64).build();
    return simulation.await(
        () -> simulation.stack().scope("applications").applications().attach(application, options));
  }

  long listen(ApplicationContext context, String uri) {
    long handle = simulation.await(() -> context.listen(uri));
    simulation.run();
    return handle;
  }

  FlowKey flow(int remotePort) {
    return new FlowKey().set(OURS, Endpoint.of("127.0.0.1", remotePort), transport.protocol);
  }

  /** The session of a flow, as one worker finds it. */
  long find(int worker, int remotePort) {
    return simulation.get(worker, () -> {
      LookupResult found = new LookupResult();
      host.sessions().lookup(flow(remotePort), found);
      assertThat(found.kind()).isEqualTo(LookupResult.Kind.LISTENER);
      return host.sessions().datagramSession(found.handle(), flow(remotePort));
    });
  }

  Session session(int worker) {
    return server.logs().stream().map(RecordingApplication.Log::session)
        .filter(s -> Handle.worker(s.handle()) == worker).findFirst().orElseThrow();
  }

  void end() {
    simulation.await(() -> server.context().detach());
    simulation.await(host::revoke);
    simulation.requireNothingLeft();
  }

  long listener() {
    return simulation.get(0, () -> simulation.stack().applicationLayer().listeners().find(flow(1)));
  }

  int enqueue(TransportConnection connection, DatagramAddress from, byte[] data) {
    return host.sessions().enqueueDatagram(connection, from, MemorySegment.ofArray(data), 0, data.length);
  }

  long full() {
    return counter("session.datagram-no-room");
  }

  long counter(String counter) {
    long[] value = {0};
    simulation.stack().counters().forEach((name, cell) -> {
      value[0] += name.equals("stack." + counter) ? cell.value() : 0;
    });
    return value[0];
  }
}
