#!/usr/bin/env zsh
# complete.zsh FOLDER LINE DUMP: prints what zsh offers at the end of LINE with the functions in FOLDER, one a line.
# DUMP is where zsh keeps what it finds out about its functions. An interactive zsh in a pseudo-terminal does it, for
# completion lives in the line editor alone.
zmodload zsh/zpty
own=$(mktemp -d)
cat >$own/.zshrc <<END
PROMPT=ready
fpath=(${(q)1} \$fpath)
autoload -Uz compinit
compinit -u -d ${(q)3}
END
cat >>$own/.zshrc <<'END'
# What is offered is written down where it is offered. With -O, -A or -D nothing is: the caller only asks.
compadd() {
  local -a found
  if (( ! ${@[1,(i)(-|--)][(I)-[a-zA-Z]#[OAD]*]} )); then
    builtin compadd -O found "$@"
    print -rl -- $found >>$ZDOTDIR/offers
  fi
  builtin compadd "$@"
}
offer() { : >$ZDOTDIR/offers; _main_complete; exit }
setopt extended_glob
zle -C offer complete-word offer
bindkey '^X' offer
END
export ZDOTDIR=$own
zpty shell zsh -d -i
trap 'rm -rf $own' EXIT # not before: the process in the terminal would have it too
zpty -r -m shell ignored '*ready*' # the line editor reads from now on
zpty -w -n shell "$2"$'\x18'
while zpty -r shell ignored 2>/dev/null; do :; done
sed '/^$/d' $own/offers
