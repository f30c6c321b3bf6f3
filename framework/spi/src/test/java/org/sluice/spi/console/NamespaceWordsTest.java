package org.sluice.spi.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;

/** The words {@code namespace NAME [secret N]}. */
class NamespaceWordsTest {

  @Test
  void without_them_it_is_the_default_namespace() throws CommandException {
    NamespaceWords words = NamespaceWords.parse(List.of("path", "uri"), 2);
    assertThat(words.before()).containsExactly("path", "uri");
    assertThat(words.isGiven()).isFalse();
    AttachOptions options = words.in(AttachOptions.named("x").with().namespace("other", 9).build());
    assertThat(options.namespace()).isEqualTo(AttachOptions.DEFAULT_NAMESPACE);
    assertThat(options.secret()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"namespace red, red, 0", "namespace red secret 7, red, 7", "namespace red secret -1, red, -1",
      "namespace red secret 18446744073709551615, red, -1", "namespace red secret 0xcafe, red, 51966",
      "namespace secret, secret, 0", "namespace namespace secret 1, namespace, 1"})
  void they_name_a_namespace_and_its_secret(String typed, String namespace, long secret) throws CommandException {
    NamespaceWords words = NamespaceWords.parse(List.of(("uri --threads " + typed).split(" ", -1)), 1);
    assertThat(words.before()).containsExactly("uri", "--threads");
    assertThat(words.isGiven()).isTrue();
    assertThat(words.namespace()).isEqualTo(namespace);
    assertThat(words.secret()).isEqualTo(secret);
    assertThat(words.in(AttachOptions.named("x")))
        .isEqualTo(AttachOptions.named("x").with().namespace(namespace, secret).build());
  }

  @Test
  void a_file_may_be_called_like_them() throws CommandException {
    assertThat(NamespaceWords.parse(List.of("namespace", "uri"), 2).isGiven()).isFalse();
    assertThat(NamespaceWords.parse(List.of("namespace", "uri", "namespace", "red"), 2).before())
        .containsExactly("namespace", "uri");
  }

  @ParameterizedTest
  @CsvSource(quoteCharacter = '"', value = {"namespace, it needs a name",
      "namespace red secret, 'secret' needs a number",
      "namespace red secret x, 'x' is not a number of 64 bits", "namespace red secret 0x, '0x' is not a number",
      "namespace red secrt 7, 'secrt' is not known", "namespace red secret 7 8, '8' is not known",
      "namespace red --threads, '--threads' is not known"})
  void what_is_wrong_is_said_with_what_would_be_right(String typed, String text) {
    CommandException wrong = catchThrowableOfType(CommandException.class,
        () -> NamespaceWords.parse(List.of(("uri " + typed).split(" ", -1)), 1));
    assertThat(wrong).hasMessageContaining(text).hasMessageContaining("namespace NAME [secret N]");
    assertThat(wrong.exitStatus()).isEqualTo(2);
  }

  @Test
  void who_only_names_a_namespace_gives_no_secret() throws CommandException {
    assertThat(NamespaceWords.parseName(List.of("uri", "namespace", "red"), 1).namespace()).isEqualTo("red");
    CommandException wrong = catchThrowableOfType(CommandException.class,
        () -> NamespaceWords.parseName(List.of("uri", "namespace", "red", "secret", "7"), 1));
    assertThat(wrong).hasMessageContaining("'secret' is not known").hasMessageContaining("ends with namespace NAME,");
  }

  @ParameterizedTest
  @CsvSource({"'', ''", "uri n, namespace", "'uri ', --x namespace", "uri --x n, namespace", "uri -, --x",
      "'uri namespace ', ''", "'uri namespace red ', secret", "uri namespace red s, secret", "uri namespace red x, ''",
      "'uri namespace red secret ', ''", "'uri namespace red secret 7 ', ''"})
  void they_are_completed_where_they_may_stand(String typed, String candidates) {
    List<String> expected = candidates.isEmpty() ? List.of() : List.of(candidates.split(" ", -1));
    assertThat(NamespaceWords.complete(List.of(typed.split(" ", -1)), 1, List.of("--x"))).isEqualTo(expected);
  }

  @Test
  void a_failure_says_what_to_do_about_the_namespace() {
    CommandException failure = NamespaceWords.failure(
        new ExecutionException(new SessionException(SessionError.WRONG_NS_SECRET, "attach of 'x' to 'red'")));
    assertThat(failure).hasMessageContaining("attach of 'x' to 'red'").hasMessageContaining("; say 'secret N'");
    assertThat(failure.exitStatus()).isEqualTo(1);
    assertThat(NamespaceWords.failure(new SessionException(SessionError.INVALID_NS, "y")))
        .hasMessageContaining("(INVALID_NS); 'show app ns'");
    assertThat(NamespaceWords.failure(new IllegalStateException("stopping"))).hasMessage("stopping");
  }
}
