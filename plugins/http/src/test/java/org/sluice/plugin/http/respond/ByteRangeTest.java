package org.sluice.plugin.http.respond;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One range of a file of 100 bytes. */
class ByteRangeTest {
  @ParameterizedTest
  @CsvSource(delimiter = '>', value = {
      "bytes=0-0 > 0 > 1",
      "bytes=0-99 > 0 > 100",
      "bytes=10-19 > 10 > 10",
      "Bytes= 10-19 > 10 > 10",
      "bytes=90-1000 > 90 > 10",
      "bytes=90-99999999999999999999999999 > 90 > 10",
      "bytes=0- > 0 > 100",
      "bytes=99- > 99 > 1",
      "bytes=-1 > 99 > 1",
      "bytes=-100 > 0 > 100",
      "bytes=-99999999999999999999999999 > 0 > 100",
      "bytes=100- > 0 > 0",
      "bytes=100-200 > 0 > 0",
      "bytes=99999999999999999999999999- > 0 > 0",
      "bytes=-0 > 100 > 0",
  })
  void a_range_is_cut_to_the_file(String value, long first, long length) {
    assertThat(ByteRange.of(value, 100)).isEqualTo(new ByteRange(first, length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-0,5-6", "bytes=0-,-1", "bytes=,0-0", "lines=0-1", "bytes", "bytes=", "bytes=-",
      "bytes=5", "bytes=5-4", "bytes=a-b", "bytes=-5-", "bytes=--5", "bytes=1-2-3", "bytes=0 - 5", "bytes=+1-5",
      "bytes 0-5"})
  void several_ranges_other_units_and_nonsense_are_the_whole(String value) {
    assertThat(ByteRange.of(value, 100)).isNull();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '>', nullValues = "none", value = {
      "bytes=0- > 0",
      "bytes=-0 > 0",
      "bytes=-5 > none",
  })
  void an_empty_file_has_no_range(String value, Long length) {
    ByteRange range = ByteRange.of(value, 0);
    assertThat(range == null ? null : range.lengthBytes()).isEqualTo(length);
  }
}
