import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where npm's trouble may quote what only the operator knows. */
const SECRET_SETTING = /(?:_authToken|_auth|_password|password)\s*=\s*(\S+)|:\/\/[^\s/@:]*:([^\s/@]+)@/g;

/** @param {boolean} locked @returns {string[]} */
export function npmCommand(locked) {
  return [
    'npm',
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--omit=dev',
    '--install-links',
    '--progress=false',
    '--loglevel=warn',
    '--logs-max=0',
    '--git=/bin/false',
    ...(locked ? ['--prefer-offline'] : ['--no-package-lock']),
  ];
}

/** A command that begins in a folder. @param {string} folder @param {string[]} command */
export function inFolder(folder, command) {
  return ['/bin/sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', folder, ...command];
}

/** Runs the install scripts of packages that are there. @param {string[]} names @returns {string[]} */
export function scriptsCommand(names) {
  return [
    'npm',
    'rebuild',
    '--ignore-scripts=false',
    '--foreground-scripts',
    '--loglevel=warn',
    '--logs-max=0',
    ...names,
  ];
}

/** For scripts that compile: nothing is downloaded, the headers of this Node are those of its installation. */
export function scriptEnvironment() {
  const node = dirname(dirname(process.execPath));
  return {
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
    ...(existsSync(join(node, 'include/node/node.h')) ? { npm_config_nodedir: node } : {}),
  };
}

/** What else than the upload decides which packages there are. */
export function machine() {
  const registries = Object.entries(npmEnvironment()).sort();
  return JSON.stringify([process.version, process.platform, process.arch, operatorNpmrc(), registries]);
}

/** The way to the registry that this machine's npm is set up with. @returns {Record<string, string>} */
export function npmEnvironment() {
  /** @type {Record<string, string>} */
  const settings = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (/^npm_config_/i.test(name)) {
      // In one spelling, so that the settings of an install stand over them.
      settings[name.toLowerCase()] = String(value);
    } else if (['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS'].includes(name)) {
      settings[name] = String(value);
    }
  }
  return settings;
}

/** The operator's own npm settings, tokens included: for the install step alone. @returns {string} */
export function operatorNpmrc() {
  const path = npmEnvironment().npm_config_userconfig ?? join(homedir(), '.npmrc');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** @param {string} npmrc of the upload @returns {(output: string) => string} takes secrets out of what npm says */
export function secretsTakenOut(npmrc) {
  const settings = `${operatorNpmrc()}\n${npmrc}\n${Object.entries(npmEnvironment())
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}`;
  const secrets = [...settings.matchAll(SECRET_SETTING)].map((match) => match[1] ?? match[2]);
  return (output) => secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), output);
}
