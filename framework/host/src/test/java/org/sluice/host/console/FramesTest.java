package org.sluice.host.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramesTest {
  private final ByteArrayOutputStream wire = new ByteArrayOutputStream();

  @Test
  void a_request_arrives_with_its_words_as_they_were() throws IOException {
    List<String> words = List.of("transfer", "send", "", "a b", "caf\u00e9\n");
    wire.writeBytes(Frames.request(words).array());
    assertThat(Frames.readRequest(received())).isEqualTo(words);
  }

  @Test
  void a_long_text_is_split_and_arrives_whole() throws IOException {
    String text = "\u00e9".repeat(Frames.MAX_PAYLOAD);
    Frames.write(Channels.newChannel(wire), Frames.OUTPUT, text);
    ReadableByteChannel channel = received();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<Integer> lengths = new ArrayList<>();
    for (Frames.Frame frame = Frames.read(channel); frame != null; frame = Frames.read(channel)) {
      lengths.add(frame.payload().limit());
      bytes.write(frame.payload().array(), 0, frame.payload().limit());
    }
    assertThat(lengths).containsExactly(Frames.MAX_PAYLOAD, Frames.MAX_PAYLOAD);
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(text);
  }

  @Test
  void a_length_beyond_the_limit_is_refused_before_anything_is_allocated() {
    wire.writeBytes(ByteBuffer.allocate(5).put(Frames.REQUEST).putInt(Integer.MAX_VALUE).array());
    assertThatThrownBy(() -> Frames.read(received()))
        .isInstanceOf(IOException.class).hasMessageContaining("2147483647");
  }

  @Test
  void a_negative_length_is_refused() {
    wire.writeBytes(ByteBuffer.allocate(5).put(Frames.REQUEST).putInt(-1).array());
    assertThatThrownBy(() -> Frames.read(received())).isInstanceOf(IOException.class);
  }

  @Test
  void a_stream_that_ends_inside_a_frame_is_an_error_and_one_that_ends_between_is_the_end() throws IOException {
    assertThat(Frames.read(received())).isNull();
    Frames.write(Channels.newChannel(wire), Frames.OUTPUT, "abc");
    byte[] whole = wire.toByteArray();
    for (int length = 1; length < whole.length; length++) {
      ReadableByteChannel part = Channels.newChannel(new ByteArrayInputStream(whole, 0, length));
      assertThatThrownBy(() -> Frames.read(part)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void a_client_of_another_version_is_refused() throws IOException {
    Frames.write(Channels.newChannel(wire), Frames.REQUEST, "sluice-ctl/9\0show\0");
    assertThatThrownBy(() -> Frames.readRequest(received())).hasMessageContaining("sluice-ctl/9");
  }

  @Test
  void a_request_whose_last_word_does_not_end_is_refused() throws IOException {
    for (String text : List.of("", "sluice-ctl/1", "sluice-ctl/1\0show", "show")) {
      wire.reset();
      Frames.write(Channels.newChannel(wire), Frames.REQUEST, text);
      assertThatThrownBy(() -> Frames.readRequest(received())).as("'%s'", text)
          .isInstanceOf(Frames.MalformedException.class).hasMessageContaining("NUL");
    }
  }

  @Test
  void a_request_may_have_no_words_and_a_client_may_leave_without_a_request() throws IOException {
    assertThat(Frames.readRequest(received())).isNull();
    wire.writeBytes(Frames.request(List.of()).array());
    assertThat(Frames.readRequest(received())).isEmpty();
  }

  @Test
  void a_request_longer_than_a_frame_is_refused() {
    List<String> words = List.of("x".repeat(Frames.MAX_PAYLOAD));
    assertThatThrownBy(() -> Frames.request(words)).isInstanceOf(IOException.class);
  }

  private ReadableByteChannel received() {
    return Channels.newChannel(new ByteArrayInputStream(wire.toByteArray()));
  }
}
