import { arch } from 'node:process';

/**
 * Which system calls a cell may make, as a program of the kernel's packet filter (seccomp), which bubblewrap
 * loads. What neither a browser nor a workflow needs, and what faults of the kernel are mostly reached by, is refused.
 *
 * @typedef {'browser' | 'plain'} FilterKind browser: a cell whose Chromium has a sandbox of its own
 * @typedef {object} Machine the numbers of its calls
 * @property {number} audit how the kernel calls this kind of processor
 * @property {boolean} x32 whether it has a second numbering, for 32-bit pointers
 * @property {number} clone
 * @property {number} unshare
 * @property {number} chroot
 * @property {number} socket
 * @property {number} socketpair
 * @property {number[]} refused
 */

/** The numbers of calls that all machines share: they are newer than the tables that differ. */
const NEW = {
  io_uring_setup: 425,
  io_uring_enter: 426,
  io_uring_register: 427,
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  fspick: 433,
  pidfd_getfd: 438,
  process_madvise: 440,
  mount_setattr: 442,
  quotactl_fd: 443,
  open_tree_attr: 467,
};

const CLONE3 = 435;

const X86_64 = {
  ptrace: 101,
  syslog: 103,
  uselib: 134,
  vhangup: 153,
  modify_ldt: 154,
  pivot_root: 155,
  acct: 163,
  settimeofday: 164,
  mount: 165,
  umount2: 166,
  swapon: 167,
  swapoff: 168,
  reboot: 169,
  sethostname: 170,
  setdomainname: 171,
  iopl: 172,
  ioperm: 173,
  init_module: 175,
  delete_module: 176,
  quotactl: 179,
  lookup_dcookie: 212,
  clock_settime: 227,
  kexec_load: 246,
  add_key: 248,
  request_key: 249,
  keyctl: 250,
  migrate_pages: 256,
  move_pages: 279,
  perf_event_open: 298,
  fanotify_init: 300,
  open_by_handle_at: 304,
  setns: 308,
  process_vm_readv: 310,
  process_vm_writev: 311,
  kcmp: 312,
  finit_module: 313,
  kexec_file_load: 320,
  bpf: 321,
  userfaultfd: 323,
};

const AARCH64 = {
  lookup_dcookie: 18,
  umount2: 39,
  mount: 40,
  pivot_root: 41,
  vhangup: 58,
  quotactl: 60,
  acct: 89,
  kexec_load: 104,
  init_module: 105,
  delete_module: 106,
  clock_settime: 112,
  syslog: 116,
  ptrace: 117,
  reboot: 142,
  sethostname: 161,
  setdomainname: 162,
  settimeofday: 170,
  add_key: 217,
  request_key: 218,
  keyctl: 219,
  swapon: 224,
  swapoff: 225,
  migrate_pages: 238,
  move_pages: 239,
  perf_event_open: 241,
  fanotify_init: 262,
  open_by_handle_at: 265,
  setns: 268,
  process_vm_readv: 270,
  process_vm_writev: 271,
  kcmp: 272,
  finit_module: 273,
  bpf: 280,
  userfaultfd: 282,
  kexec_file_load: 294,
};

/** @type {Record<string, Machine>} by the name that Node has for the processor */
const MACHINES = {
  x64: {
    audit: 0xc000003e,
    x32: true,
    ...{ socket: 41, socketpair: 53, clone: 56, chroot: 161, unshare: 272 },
    refused: Object.values({ ...X86_64, ...NEW }),
  },
  arm64: {
    audit: 0xc00000b7,
    x32: false,
    ...{ socket: 198, socketpair: 199, clone: 220, chroot: 51, unshare: 97 },
    refused: Object.values({ ...AARCH64, ...NEW }),
  },
};

/** Everything that clone can make a namespace of. */
const NEW_NAMESPACES = 0x7e020000;
const NEW_USER = 0x10000000;
/** What Chromium's sandbox is made of: namespaces of users, processes and networks. */
const CHROMIUMS_NAMESPACES = 0x70000000;

const [EPERM, ENOSYS, EAFNOSUPPORT] = [1, 38, 97];
const [AF_UNIX, AF_INET, AF_INET6, AF_NETLINK] = [1, 2, 10, 16];
/** Addresses and routes, and news of devices: not the packet filter, nor any other part that only root talks to. */
const [NETLINK_ROUTE, NETLINK_KOBJECT_UEVENT] = [0, 15];

// Of struct seccomp_data; arguments are 64 bits wide, their lower half first.
const [NUMBER, ARCHITECTURE] = [0, 4];
const argument = (/** @type {number} */ index) => 16 + 8 * index;

const [LOAD, IF_EQUAL, IF_AT_LEAST, IF_ANY_BIT, RETURN] = [0x20, 0x15, 0x35, 0x45, 0x06];
const ALLOW = 0x7fff0000;
const refuse = (/** @type {number} */ errno) => 0x00050000 + errno;

/** @typedef {[code: number, value: number, skipIfTrue?: number, skipIfFalse?: number]} Instruction */

/**
 * @param {FilterKind} kind
 * @param {string} [processor]
 * @returns {Buffer | null} null: the calls of this processor are not known here
 */
export function filter(kind, processor = arch) {
  const machine = Object.hasOwn(MACHINES, processor) ? MACHINES[processor] : null;
  return machine && encode(program(machine, kind));
}

/** @param {Machine} machine @param {FilterKind} kind @returns {Instruction[]} */
function program(machine, kind) {
  const browser = kind === 'browser';
  const { clone, unshare, chroot, socket, socketpair } = machine;
  return [
    [LOAD, ARCHITECTURE],
    [IF_EQUAL, machine.audit, 1, 0],
    [RETURN, refuse(EPERM)],
    [LOAD, NUMBER],
    ...(machine.x32 ? when(IF_AT_LEAST, 0x40000000, [[RETURN, refuse(EPERM)]]) : []),
    // Its flags lie in memory, where a filter cannot look; libraries fall back on clone.
    ...when(IF_EQUAL, CLONE3, [[RETURN, refuse(ENOSYS)]]),
    ...machine.refused.flatMap((number) => when(IF_EQUAL, number, [[RETURN, refuse(EPERM)]])),
    ...when(IF_EQUAL, clone, [
      [LOAD, argument(0)],
      ...when(IF_ANY_BIT, browser ? NEW_NAMESPACES & ~CHROMIUMS_NAMESPACES : NEW_NAMESPACES, [[RETURN, refuse(EPERM)]]),
      [RETURN, ALLOW],
    ]),
    ...when(IF_EQUAL, unshare, [...(browser ? allowIf(0, [NEW_USER]) : []), [RETURN, refuse(EPERM)]]),
    ...(browser ? [] : when(IF_EQUAL, chroot, [[RETURN, refuse(EPERM)]])),
    ...when(IF_EQUAL, socketpair, [...allowIf(0, [AF_UNIX]), [RETURN, refuse(EAFNOSUPPORT)]]),
    ...when(IF_EQUAL, socket, [
      ...allowIf(0, [AF_UNIX, AF_INET, AF_INET6]),
      ...when(IF_EQUAL, AF_NETLINK, allowIf(2, [NETLINK_ROUTE, NETLINK_KOBJECT_UEVENT])),
      [RETURN, refuse(EAFNOSUPPORT)],
    ]),
    [RETURN, ALLOW],
  ];
}

/** @param {number} code @param {number} value @param {Instruction[]} then @returns {Instruction[]} */
function when(code, value, then) {
  return [[code, value, 0, then.length], ...then];
}

/** @param {number} index of the argument @param {number[]} values @returns {Instruction[]} */
function allowIf(index, values) {
  return [[LOAD, argument(index)], ...values.flatMap((value) => when(IF_EQUAL, value, [[RETURN, ALLOW]]))];
}

/** @param {Instruction[]} instructions */
function encode(instructions) {
  const bytes = Buffer.alloc(8 * instructions.length);
  instructions.forEach(([code, value, skipIfTrue = 0, skipIfFalse = 0], i) => {
    bytes.writeUInt16LE(code, 8 * i);
    bytes.writeUInt8(skipIfTrue, 8 * i + 2);
    bytes.writeUInt8(skipIfFalse, 8 * i + 3);
    bytes.writeUInt32LE(value >>> 0, 8 * i + 4);
  });
  return bytes;
}
