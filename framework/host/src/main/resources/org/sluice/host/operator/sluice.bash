# Completion of "sluice" for bash: source this file, or put it into /usr/share/bash-completion/completions/sluice.
# Generated from the commands by the build.

# What "ctl" runs is known to the running host alone, plugins add to it; here is what the bundled ones have. After a
# whole name the host's own completion would have to be asked, which takes longer than typing.
_sluice_console='@CONSOLE@'

# Words that may come next among lines of words, of which those before were typed.
_sluice_next_word() {
  local typed="$*" line
  while read -r line; do
    [[ -z $typed || $line == "$typed "* ]] || continue
    line=${line#"$typed"}
    line=${line# }
    printf '%s\n' "${line%% *}"
  done <<<"$_sluice_console" | sort -u
}

_sluice() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words='' i command=() next
  COMPREPLY=()
  case $before in
    @FILES@)
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
    @VALUES@)
      return
      ;;
  esac

  # The words before this one that are no options and no values of options.
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      @FILES@ | @VALUES@) ((i++)) ;;
      -*) ;;
      *) command+=("${COMP_WORDS[i]}") ;;
    esac
  done

  case ${command[*]:0:2} in
    '') words='@FIRST@ --help --version' ;;
    ctl | 'ctl '*)
      words=$(_sluice_next_word "${command[@]:1}")
      if [[ ${#command[@]} -eq 1 ]]; then words+=' @CTL_OPTIONS@'; else words+=' --json'; fi
      ;;
    @COMMANDS@
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _sluice sluice
