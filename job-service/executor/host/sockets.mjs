/**
 * Abstract Unix sockets have no file that could be walled off: every process of a network may call them. The kernel's
 * Landlock (from Linux 6.12 on) keeps a process, and all that it starts, from those of processes outside. No
 * program of the system sets that up, so a few lines of Perl do, which Debian and its like always have.
 */
const SCRIPT = `
my $scoped = pack('Q3', 0, 0, 1);
my $rules = syscall(444, $scoped, length($scoped), 0);
die "landlock: $!" if $rules < 0 || syscall(446, $rules, 0) != 0;
exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!";
`;

/** Comes before a command that has no way to gain rights. */
export const OWN_SOCKETS = ['perl', '-e', SCRIPT, '--'];
