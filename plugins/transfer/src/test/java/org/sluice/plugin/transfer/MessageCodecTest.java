package org.sluice.plugin.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.plugin.transfer.Message.Entry;
import org.sluice.plugin.transfer.Message.Fail;
import org.sluice.plugin.transfer.Message.Kind;

class MessageCodecTest {
  private static final Sha256 HASH = new Sha256(1, -2, 3, -4);

  static Stream<Message> messages() {
    return Stream.of(
        new Message.Hello(1, 7, 1L << 40),
        new Message.Welcome(1),
        new Entry(Kind.FILE, "a/b/\u00fcber", Long.MAX_VALUE, -1),
        new Entry(Kind.DIRECTORY, "d", 0, 5),
        new Message.Offer(0, HASH),
        new Message.Start(Long.MAX_VALUE),
        new Message.Data(MessageCodec.MAX_DATA_BYTES),
        new Message.End(HASH),
        new Message.Verdict(true, HASH),
        new Message.Verdict(false, HASH),
        new Fail(FailReason.LIMIT, "too much"),
        new Fail(FailReason.OTHER, ""));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void a_record_reads_back_as_it_was_written(Message message) throws TransferException {
    ByteBuffer record = encoded(message);
    int header = record.getInt();
    MessageCodec.checkHeader(header);
    assertThat(MessageCodec.decode(header, record)).isEqualTo(message);
    assertThat(record.hasRemaining()).isFalse();
  }

  /** The form on the wire, byte for byte, so that versions cannot drift apart unnoticed. */
  @Test
  void records_have_the_documented_form() {
    assertThat(hex(new Message.Hello(1, 2, 3))).isEqualTo("01000014534c5452000100000000000200000000" + "00000003");
    assertThat(hex(new Entry(Kind.DIRECTORY, "ab", 0, 1)))
        .isEqualTo("03000016" + "01000002" + "0000000000000000" + "0000000000000001" + "6162");
    assertThat(hex(new Message.Data(0x123456))).isEqualTo("06123456");
    assertThat(hex(new Fail(FailReason.BUSY, "x"))).isEqualTo("09000003" + "0005" + "78");
  }

  @ParameterizedTest
  @CsvSource({
    "00000000, unknown type 0",
    "0a000000, unknown type 10",
    "ff000001, unknown type 255",
    "01000013, body of 19 bytes",
    "02000005, body of 5 bytes",
    "03000014, body of 20 bytes",
    "03001015, body of 4117 bytes",
    "04000020, body of 32 bytes",
    "05000000, body of 0 bytes",
    "06000000, body of 0 bytes",
    "07000021, body of 33 bytes",
    "08000020, body of 32 bytes",
    "09000001, body of 1 bytes",
    "09000403, body of 1027 bytes"
  })
  void an_impossible_header_is_refused(String header, String why) {
    assertThatThrownBy(() -> MessageCodec.checkHeader(HexFormat.fromHexDigits(header)))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource({
    "01000014 00000000 00010000 00000001 0000000000000000, no sender",
    "01000014 534c5452 00010001 00000001 0000000000000000, reserved bits",
    "01000014 534c5452 00010000 00000000 0000000000000000, 0 entries",
    "01000014 534c5452 00010000 ffffffff 0000000000000000, 4294967295 entries",
    "01000014 534c5452 00010000 00000001 ffffffffffffffff, size 18446744073709551615",
    "02000004 00010001, reserved bits",
    "03000015 02000001 0000000000000000 0000000000000000 61, unknown kind",
    "03000015 00010001 0000000000000000 0000000000000000 61, unknown kind",
    "03000015 00000002 0000000000000000 0000000000000000 61, name of 2 bytes in 1",
    "03000015 00000000 0000000000000000 0000000000000000 61, name of 0 bytes in 1",
    "03000015 00000001 8000000000000000 0000000000000000 61, size 9223372036854775808",
    "03000015 01000001 0000000000000001 0000000000000000 61, directory of 1 bytes",
    "03000015 00000001 0000000000000000 0000000000000000 ff, not UTF-8",
    "05000008 ffffffffffffffff, size",
    "09000003 0001 c0, not UTF-8"
  })
  void a_malformed_body_is_refused(String record, String why) {
    ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(record.replace(" ", "")));
    assertThatThrownBy(() -> {
          int header = bytes.getInt();
          MessageCodec.checkHeader(header);
          MessageCodec.decode(header, bytes);
        })
        .isInstanceOf(TransferException.class)
        .hasMessageContaining(why);
  }

  @Test
  void random_bodies_are_decoded_or_refused() {
    long seed = 20_260_101;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 100_000; i++) {
      byte[] body = new byte[random.nextInt(80)];
      random.nextBytes(body);
      if (random.nextBoolean() && body.length >= 20) {
        ByteBuffer.wrap(body).putShort((short) 0).putShort((short) (body.length - 20)).putLong(random.nextInt());
      }
      int header = MessageCodec.header(random.nextInt(12), body.length);
      try {
        MessageCodec.checkHeader(header);
        MessageCodec.decode(header, ByteBuffer.wrap(body));
      } catch (TransferException e) {
        assertThat(e.reason()).as("seed %d, run %d", seed, i).isEqualTo(FailReason.PROTOCOL);
      }
    }
  }

  @Test
  void a_long_reason_is_cut_at_a_whole_character() throws TransferException {
    ByteBuffer record = encoded(new Fail(FailReason.IO, "x" + "\u20ac".repeat(1000)));
    int header = record.getInt();
    MessageCodec.checkHeader(header);
    Fail fail = (Fail) MessageCodec.decode(header, record);
    assertThat(fail.text()).isEqualTo("x" + "\u20ac".repeat(341));
    assertThat(fail.text().getBytes(StandardCharsets.UTF_8)).hasSize(MessageCodec.MAX_TEXT_BYTES);
  }

  private static ByteBuffer encoded(Message message) {
    ByteBuffer record = ByteBuffer.allocate(MessageCodec.HEADER_BYTES + MessageCodec.MAX_BODY_BYTES);
    MessageCodec.encode(message, record);
    return record.flip();
  }

  private static String hex(Message message) {
    ByteBuffer record = encoded(message);
    byte[] bytes = new byte[record.remaining()];
    record.get(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
