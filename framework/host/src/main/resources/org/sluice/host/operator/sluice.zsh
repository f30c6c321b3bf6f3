#compdef sluice
# Completion of "sluice" for zsh, by that for bash: put both files into a folder of $fpath.

autoload -U +X bashcompinit && bashcompinit
source "${${(%):-%x}:A:h}/sluice.bash"
