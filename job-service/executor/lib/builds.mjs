/**
 * @import {BuildMessage, Configure} from './protocol.mjs'
 * @import {Sandbox} from './sandbox.mjs'
 */

/** The builds under way and waiting. */
export class Builds {
  /**
   * @param {Configure} settings
   * @param {Sandbox} sandbox
   * @param {() => number} nextUid
   * @param {(message: object) => void} emit
   */
  constructor(settings, sandbox, nextUid, emit) {
    this.emit = emit;
  }

  /** @param {BuildMessage} message */
  add(message) {
    this.emit({ type: 'rejected', build: message.build, error: 'not yet' });
  }

  async close() {}
}
