import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { EXECUTOR } from '../protocol/folder.mjs';

/** @import {Cell} from './sandbox.mjs' */

/** Where a run or a build finds its tree inside the sandbox. */
export const BUNDLE = '/bundle';

/** Where all bundles hide, readable by root only, until one of them is mounted on BUNDLE. */
export const STORE = '/.store';

/** The directories of a cell that lie in memory. */
export const IN_MEMORY = ['/tmp', '/dev/shm', '/home/workflow'];

/** Where bubblewrap reads what system calls the cell may make. */
export const FILTER = 6;

/** What of /etc a browser, Node and name lookup need; nothing that holds a secret. */
const ETC = [
  'alternatives',
  'ca-certificates',
  'chromium',
  'chromium.d',
  'fonts',
  'gai.conf',
  'group',
  'host.conf',
  'hosts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'passwd',
  'pki/ca-trust',
  'pki/tls/certs',
  'protocols',
  'resolv.conf',
  'services',
  'ssl/certs',
  'ssl/openssl.cnf',
  'vulkan',
];

/**
 * What bubblewrap is told to make of a cell.
 *
 * @param {Cell} cell
 * @param {{root: boolean, folders: string[]}} facts of the machine; folders: of the browsers
 * @param {number | null} infoFd where it says the process id of the sandbox's first process
 * @param {boolean} filtered
 * @returns {string[]}
 */
export function bubblewrapArguments(cell, facts, infoFd, filtered) {
  const bytes = String(cell.tmpMiB * 1024 * 1024);
  const args = [
    '--unshare-pid',
    '--unshare-ipc',
    '--unshare-uts',
    '--hostname',
    'executor',
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
  ];
  if (facts.root) {
    args.push('--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID', '--cap-add', 'CAP_SETPCAP');
  } else {
    args.push('--unshare-user');
  }
  if (cell.offline) {
    args.push('--unshare-net');
  }
  args.push('--proc', '/proc', '--dev', '/dev');
  for (const directory of IN_MEMORY) {
    args.push('--perms', '1777', '--size', bytes, '--tmpfs', directory);
  }
  // After /tmp, which would hide a checkout that lies there.
  args.push(...system(facts.folders));
  if (cell.store) {
    args.push('--perms', '0000', '--dir', STORE, '--ro-bind', cell.store, `${STORE}/trees`);
  }
  args.push(
    ...(cell.tree ? [cell.writable ? '--bind' : '--ro-bind', cell.tree, BUNDLE] : ['--perms', '0755', '--dir', BUNDLE]),
  );
  args.push(...(cell.readOnly ?? []).flatMap(([from, to]) => [...parents(to), '--ro-bind', from, to]));
  args.push(...(cell.readWrite ?? []).flatMap(([from, to]) => [...parents(to), '--bind', from, to]));
  args.push('--remount-ro', '/', '--chdir', '/home/workflow');
  if (filtered) {
    args.push('--seccomp', String(FILTER));
  }
  if (infoFd !== null) {
    args.push('--info-fd', String(infoFd));
  }
  return args;
}

/** The programs and libraries of the machine, without its data. @param {string[]} folders @returns {string[]} */
function system(folders) {
  const args = ['--ro-bind', '/usr', '/usr'];
  for (const name of ['bin', 'sbin', 'lib', 'lib32', 'lib64']) {
    args.push(...systemFolder(`/${name}`));
  }
  args.push(...parents('/etc/pki/tls/certs'), ...parents('/etc/ssl/certs'));
  for (const name of ETC) {
    args.push('--ro-bind-try', `/etc/${name}`, `/etc/${name}`);
  }
  // A name server's address often hides behind a link into /run.
  args.push(...parents('/run/systemd/resolve'), '--ro-bind-try', '/run/systemd/resolve', '/run/systemd/resolve');
  for (const path of [EXECUTOR, dirname(dirname(realpathSync(process.execPath))), ...folders]) {
    if (!path.startsWith('/usr/') && path !== '/usr' && path !== '/') {
      args.push(...parents(path), '--ro-bind', path, path);
    }
  }
  return args;
}

/** Makes the folders above a path open to all; left to itself, bubblewrap makes them its own. @param {string} path */
function parents(path) {
  const names = dirname(path).split('/').filter(Boolean);
  return names.flatMap((_, i) => ['--dir', `/${names.slice(0, i + 1).join('/')}`]);
}

/** @param {string} path */
function systemFolder(path) {
  if (!existsSync(path)) {
    return [];
  }
  const real = realpathSync(path);
  return real === path ? ['--ro-bind', path, path] : ['--symlink', real, path];
}
