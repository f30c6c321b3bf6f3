package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.SessionRecord;
import org.sluice.spi.session.EndReason;
import org.sluice.spi.session.Session;

/** Records of closed local sessions: one for each end. */
class LocalRecordsTest {
  private final List<SessionRecord> records = new ArrayList<>();

  /** Keeps what it is told. */
  private final class Collector implements Application {
    @Override
    public void onSessionRecord(SessionRecord record) {
      records.add(record.copy());
    }
  }

  private SessionRecord of(Probe probe) {
    return records.stream().filter(record -> record.application().equals(probe.name)).findFirst().orElseThrow();
  }

  @ParameterizedTest(name = "{0} data workers")
  @ValueSource(ints = {0, 2})
  void A22_each_end_of_a_local_session_has_its_record(int dataWorkers) {
    LocalHost host = new LocalHost(dataWorkers);
    AttachOptions options = LocalHost.small("collector").with().flags(AttachOptions.Flag.EVENT_COLLECTOR).build();
    host.onMain(() -> host.scope.applications().attach(new Collector(), options).join());
    Probe server = host.server();
    Probe client = host.client();
    host.join(client);
    Session accepted = server.session();
    Session connected = client.session();
    host.at(accepted, () -> Probe.write(accepted, "hello"));
    host.at(connected, () -> Probe.write(connected, "good morning"));
    host.settle();
    byte[] buffer = new byte[100];
    host.at(accepted, () -> accepted.read(buffer, 0, 100));
    host.at(connected, () -> connected.read(buffer, 0, 100));
    host.at(connected, connected::close);
    host.settle();
    host.at(accepted, accepted::close);
    host.settle();
    assertThat(records).hasSize(2);
    assertThat(of(client).reason()).isEqualTo(EndReason.APPLICATION_CLOSED);
    assertThat(of(client).isAccepted()).isFalse();
    assertThat(of(client).sentBytes()).isEqualTo(12);
    assertThat(of(client).receivedBytes()).isEqualTo(5);
    assertThat(of(server).reason()).isEqualTo(EndReason.PEER_CLOSED);
    assertThat(of(server).isAccepted()).isTrue();
    assertThat(of(server).sentBytes()).isEqualTo(5);
    assertThat(of(server).receivedBytes()).isEqualTo(12);
    assertThat(of(server).remoteEndpoint()).isEqualTo(of(client).localEndpoint());
  }
}
