package org.sluice.spi.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionUriTest {

  @ParameterizedTest
  @CsvSource({
    "tcp://10.0.0.1:80, tcp, '', 10.0.0.1, 80",
    "tcp://10.0.0.1/80, tcp, '', 10.0.0.1, 80",
    "TCP://10.0.0.1:80, tcp, '', 10.0.0.1, 80",
    "ct://0.0.0.0/7, ct, '', 0.0.0.0, 7",
    "udp://0.0.0.0:0, udp, '', 0.0.0.0, 0",
    "udp://0.0.0.0:65535, udp, '', 0.0.0.0, 65535",
    "tcp://[fe80::1]:80, tcp, '', fe80::1, 80",
    "tcp://[fe80::1]/80, tcp, '', fe80::1, 80",
    "tcp://fe80::1/80, tcp, '', fe80::1, 80",
    "tcp://::/80, tcp, '', ::, 80",
    "tls://example.org@10.0.0.1:8443, tls, example.org, 10.0.0.1, 8443",
    "tls://example.org@[::1]:8443, tls, example.org, ::1, 8443",
    "tls://example.org@::1, tls, example.org, ::1, 443",
    "tls://10.0.0.1, tls, '', 10.0.0.1, 443",
    "https://10.0.0.1, https, '', 10.0.0.1, 443",
    "http://10.0.0.1, http, '', 10.0.0.1, 80",
    "http://[::1], http, '', ::1, 80",
    "http://10.0.0.1:8080, http, '', 10.0.0.1, 8080",
    "a+b.c-1://10.0.0.1:80, a+b.c-1, '', 10.0.0.1, 80"
  })
  void a_uri_is_taken_apart_and_its_text_reads_back(
      String text, String protocol, String host, String address, int port) {
    SessionUri uri = SessionUri.parse(text);
    assertThat(uri.protocol()).isEqualTo(protocol);
    assertThat(uri.host()).isEqualTo(host);
    assertThat(uri.address()).hasToString(address);
    assertThat(uri.endpoint().port()).isEqualTo(port);
    assertThat(SessionUri.parse(uri.toString())).isEqualTo(uri);
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", "tcp", "10.0.0.1:80", "://10.0.0.1:80", "tcp:/10.0.0.1:80", "tcp://", "tcp://10.0.0.1", "tcp://10.0.0.1:",
    "tcp://10.0.0.1/", "tcp://:80", "tcp://10.0.0.1:-1", "tcp://10.0.0.1:+80", "tcp://10.0.0.1:65536",
    "tcp://10.0.0.1:99999999999999", "tcp://10.0.0.1:8o", "tcp://10.0.0.1:\u0668\u0660", "tcp://10.0.0.1:80/x",
    "tcp://10.0.0.1/80/80", "tcp://10.0.0.1:80:80", "tcp://localhost:80", "tcp://[::1]", "tcp://::1", "tcp://[::1:80",
    "tcp://::1]:80", "tcp://[[::1]]:80", "tcp://[10.0.0.1]:80", "tcp://[::1]80", "tcp://fe80::1%1/80", "tcp://1.2/80",
    "tcp://@10.0.0.1:80", "tcp://a@b@10.0.0.1:80", "t cp://10.0.0.1:80", " tcp://10.0.0.1:80", "tcp://10.0.0.1:80 ",
    "1tcp://10.0.0.1:80", "t\u00fcp://10.0.0.1:80"
  })
  void what_is_no_uri_is_refused_with_the_grammar(String text) {
    assertThatThrownBy(() -> SessionUri.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'" + text + "' is not a session URI: ")
        .hasMessageEndingWith("write proto://[host@]ip:port, as in tcp://10.0.0.1:80");
  }

  @ParameterizedTest
  @CsvSource({
    "tcp://10.0.0.1:99999, port 99999 is not in 0..65535",
    "tcp://10.0.0.1:x, its port is not a number",
    "tcp://10.0.0.1, it has no port",
    "tcp://host:1, is no IP address",
    "10.0.0.1:1, it has no protocol"
  })
  void the_message_names_what_is_wrong(String text, String why) {
    assertThatThrownBy(() -> SessionUri.parse(text)).hasMessageContaining(why);
  }
}
