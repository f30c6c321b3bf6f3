# Completion of "sluice" for bash: source this file, or put it into /usr/share/bash-completion/completions/sluice.

# What "ctl" runs is known to the running host alone, plugins add to it; here is what the bundled ones have. After a
# whole name the host's own completion would have to be asked, which takes longer than typing.
_sluice_console='address add
address del
app evt-collector
app ns
capture start
capture stop
clear session
doctor
echo send
echo serve
echo stop
help
http serve
http stop
interface add
interface autoconf
interface del
interface table
lab answer
lab attach
lab cancel
lab close
lab connect
lab detach
lab listen
lab pending
lab refuse
lab send
perf connect
perf rtt
perf server
perf stop
perf stream
ping
plugin list
quit
route add
route del
session disable
session enable
session rt-backend
session rule
session sdl
set tcp
show address
show afxdp
show app
show config
show counters
show echo
show http
show interface
show ip neighbor
show ip path-mtu
show ip route
show lab
show perf
show plugins
show route
show segment-manager
show session
show table
show tcp config
show tcp connections
show tcp stats
show transfer
show transport
show version
show workers
table add
table del
transfer receive
transfer send
transfer stop'

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
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words='' i command=''
  local host='--plugins --plugin --set' common='--help --version'
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      -*) ;;
      *) command=${COMP_WORDS[i]}; break ;;
    esac
  done

  case $before in
    --plugins | --plugin | --config | --socket | --file)
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
    --set)
      return
      ;;
  esac

  case $command in
    '') words="run ctl demo doctor plugin version help $common" ;;
    run) words="$host --config --socket --no-console $common" ;;
    doctor) words="$host --json $common" ;;
    demo) words="afxdp $host --file $common" ;;
    version) words=$common ;;
    help) words='run ctl demo doctor plugin version' ;;
    plugin)
      if [[ ${COMP_WORDS[i + 1]:-} == list && $COMP_CWORD -gt $((i + 1)) ]]; then
        words="$host --config --json $common"
      else
        words='list help'
      fi
      ;;
    ctl)
      local typed=() next
      for ((next = i + 1; next < COMP_CWORD; next++)); do
        case ${COMP_WORDS[next]} in
          --socket | --config) ((next++)) ;;
          -*) ;;
          *) typed+=("${COMP_WORDS[next]}") ;;
        esac
      done
      words=$(_sluice_next_word "${typed[@]}")
      [[ ${#typed[@]} -eq 0 ]] && words+=" --socket --config $common"
      words+=' --json'
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _sluice sluice
