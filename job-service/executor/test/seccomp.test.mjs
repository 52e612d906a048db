import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filter } from '../host/seccomp.mjs';

/** What the kernel would answer. @param {Buffer} program @param {number} audit @param {number} number @param {number[]} args */
function answer(program, audit, number, args = []) {
  /** @type {Record<number, number>} */
  const data = { 0: number, 4: audit };
  args.forEach((value, i) => (data[16 + 8 * i] = value));
  let loaded = 0;
  for (let at = 0; ; at++) {
    const code = program.readUInt16LE(8 * at);
    const value = program.readUInt32LE(8 * at + 4);
    if (code === 0x06) {
      return value === 0x7fff0000 ? 'allowed' : value & 0xffff;
    }
    if (code === 0x20) {
      loaded = data[value] ?? 0;
    } else {
      const holds = code === 0x15 ? loaded === value : code === 0x35 ? loaded >= value : (loaded & value) !== 0;
      at += program.readUInt8(8 * at + (holds ? 2 : 3));
    }
  }
}

const NUMBERS = {
  x64: { audit: 0xc000003e, read: 0, ptrace: 101, clone: 56, unshare: 272, chroot: 161, socket: 41 },
  arm64: { audit: 0xc00000b7, read: 63, ptrace: 117, clone: 220, unshare: 97, chroot: 51, socket: 198 },
};
const [EPERM, ENOSYS, EAFNOSUPPORT] = [1, 38, 97];

for (const [processor, { audit, read, ptrace, clone, unshare, chroot, socket }] of Object.entries(NUMBERS)) {
  for (const kind of /** @type {const} */ (['plain', 'browser'])) {
    test(`${processor}: the filter of a ${kind} cell`, () => {
      const ask = (/** @type {number} */ number, /** @type {number[]} */ ...args) =>
        answer(filter(kind, processor) ?? assert.fail(), audit, number, args);
      const browsers = kind === 'browser' ? 'allowed' : EPERM;
      assert.equal(ask(read), 'allowed');
      assert.equal(ask(ptrace), EPERM);
      assert.equal(ask(435), ENOSYS);
      assert.equal(ask(clone, 17), 'allowed', 'a fork');
      assert.equal(ask(clone, 0x3d0f00), 'allowed', 'a thread');
      assert.equal(ask(clone, 0x70000011), browsers, "Chromium's zygote");
      assert.equal(ask(clone, 0x10020011), EPERM, 'with mounts');
      assert.equal(ask(unshare, 0x10000000), browsers);
      assert.equal(ask(unshare, 0x10020000), EPERM);
      assert.equal(ask(chroot), browsers);
      assert.deepEqual(
        [1, 2, 10, 17].map((family) => ask(socket, family, 1, 0)),
        ['allowed', 'allowed', 'allowed', EAFNOSUPPORT],
      );
      assert.deepEqual(
        [0, 12, 15].map((protocol) => ask(socket, 16, 3, protocol)),
        ['allowed', EAFNOSUPPORT, 'allowed'],
      );
      assert.equal(
        answer(filter(kind, processor) ?? assert.fail(), 0x40000003, read),
        EPERM,
        'calls of other processors',
      );
    });
  }
}

test('the other numbers of x86 are refused, and unknown processors have no filter', () => {
  assert.equal(answer(filter('plain', 'x64') ?? assert.fail(), 0xc000003e, 0x40000000 + 59), EPERM);
  assert.equal(filter('plain', 'riscv64'), null);
});
