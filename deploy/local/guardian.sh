#!/bin/sh
# Ends the processes of a local stack when its launcher is gone.
# Reads from the launcher's pipe: "add PID", "remove PID", "delete DIRECTORY", "dismiss".
# Every PID leads a process group of its own. The end of the pipe without "dismiss" means that the
# launcher died: the processes get SIGTERM, after 5 seconds SIGKILL, then whatever is left of their groups.
trap '' INT TERM HUP
processes=
directory=
while IFS= read -r line; do
  case $line in
    'add '*) processes="$processes ${line#add }" ;;
    'remove '*)
      kept=
      for process in $processes; do
        [ "$process" = "${line#remove }" ] || kept="$kept $process"
      done
      processes=$kept
      ;;
    'delete '*) directory=${line#delete } ;;
    dismiss) exit 0 ;;
  esac
done

echo "the launcher is gone; ending:$processes"
for process in $processes; do kill -s TERM "$process" 2>/dev/null; done
waited=0
while [ $waited -lt 50 ]; do
  alive=
  for process in $processes; do kill -0 "$process" 2>/dev/null && alive=yes; done
  [ -n "$alive" ] || break
  sleep 0.1
  waited=$((waited + 1))
done
for process in $processes; do kill -s KILL "$process" 2>/dev/null; done
sleep 1
for process in $processes; do kill -KILL "-$process" 2>/dev/null; done
[ -z "$directory" ] || rm -rf -- "$directory"
echo "done"
