// Made by tools/generate.mjs of messages.schema.json.
/** @typedef {{name: string, phases: string[], once: boolean, enters: string | null}} Rule */

/** The most that a field may be: characters of a text or of JSON, entries of a list, or the number itself. */
export const LIMITS = {
  Viewport: { width: 16384, height: 16384 },
  Proxy: { server: 2048, username: 1024, password: 1024 },
  BrowserOptions: { startUrl: 65536 },
  Workflow: {
    name: 200,
    credentialNames: 1000,
    inputSchema: 1048576,
    outputSchema: 1048576,
    authProfileName: 200,
    startUrl: 65536,
    sourceFile: 4096,
  },
  Configure: {
    dataDirectory: 4096,
    chromiumPath: 4096,
    warmSlots: 1000,
    startupTimeoutMs: 2147483647,
    memoryLimitMiB: 1048576,
    maxProcesses: 1048576,
    tmpLimitMiB: 1048576,
    buildConcurrency: 1000,
    buildTimeoutMs: 2147483647,
    bundleLimitMiB: 1048576,
    packageCacheMiB: 1048576,
    unlockedMaxAgeMs: 9007199254740991,
    installScripts: 1000,
    silenceLimitMs: 2147483647,
    protectedAddresses: 1000,
  },
  RunOrder: { run: 128, workflow: 200, input: 16777216, session: 200, artifacts: 4096, timeoutMs: 2147483647 },
  Cancel: { run: 128 },
  Kill: { run: 128 },
  Taken: { run: 128, seq: 9007199254740991 },
  BuildOrder: { build: 128, tenant: 128, directory: 4096, entryPoint: 4096 },
  Configured: { network: 1024, chromium: 4096, headlessShell: 4096 },
  WarmReady: { pid: 2147483647 },
  RunReady: { run: 128 },
  RunStarted: { run: 128, at: 9007199254740991 },
  RunLogged: { run: 128, seq: 9007199254740991, message: 65536, at: 9007199254740991 },
  RunArtifact: { run: 128, file: 4096 },
  RunCompleted: { run: 128, json: 10485760 },
  RunFailed: { run: 128, error: 16384, stack: 65536 },
  RunCancelled: { run: 128 },
  RunLost: { run: 128, reason: 1024 },
  RunReleased: { run: 128 },
  RunLogEnded: { run: 128 },
  Built: { build: 128, entry: 4096, workflows: 1000, log: 65536, warnings: 50 },
  Rejected: { build: 128, error: 131072, log: 65536, warnings: 50 },
  WorkerLaunch: { chromium: 4096 },
  WorkerRun: { root: 4096, entry: 4096, workflow: 200, input: 16777216, session: 200 },
  WorkerLaunchFailed: { error: 16384 },
  WorkerLog: { message: 131072 },
  WorkerScreenshot: { data: 20971520 },
  WorkerPageHtml: { data: 20971520 },
  WorkerResult: { json: 10485760 },
  WorkerFailed: { error: 32768, stack: 131072 },
  InspectionBundled: { entry: 4096, text: 20971520 },
  InspectionWorkflows: { entry: 4096, workflows: 1000 },
  InspectionFailed: { error: 131072 },
};

/** @type {Record<string, Rule>} */
export const WorkerInput = {
  launch: { name: 'WorkerLaunch', phases: ['created'], once: false, enters: 'waiting' },
  run: { name: 'WorkerRun', phases: ['waiting'], once: false, enters: 'ordered' },
  expire: { name: 'WorkerExpire', phases: ['running'], once: false, enters: 'expiring' },
};

/** @type {Record<string, Rule>} */
export const WorkerOutput = {
  launched: { name: 'WorkerLaunched', phases: ['waiting', 'ordered', 'loading'], once: true, enters: null },
  launch_failed: {
    name: 'WorkerLaunchFailed',
    phases: ['waiting', 'ordered', 'loading'],
    once: false,
    enters: 'ended',
  },
  loading: { name: 'WorkerLoading', phases: ['ordered'], once: false, enters: 'loading' },
  ready: { name: 'WorkerReady', phases: ['loading'], once: false, enters: 'ready' },
  started: { name: 'WorkerStarted', phases: ['ready'], once: false, enters: 'running' },
  log: {
    name: 'WorkerLog',
    phases: ['waiting', 'ordered', 'loading', 'ready', 'running', 'expiring'],
    once: false,
    enters: null,
  },
  screenshot: {
    name: 'WorkerScreenshot',
    phases: ['loading', 'ready', 'running', 'expiring'],
    once: true,
    enters: null,
  },
  page_html: { name: 'WorkerPageHtml', phases: ['loading', 'ready', 'running', 'expiring'], once: true, enters: null },
  expired: { name: 'WorkerExpired', phases: ['expiring'], once: false, enters: 'ended' },
  result: { name: 'WorkerResult', phases: ['running', 'expiring'], once: false, enters: 'ended' },
  failed: { name: 'WorkerFailed', phases: ['loading', 'ready', 'running', 'expiring'], once: false, enters: 'ended' },
};

/** @type {Record<string, Rule>} */
export const InspectionInput = {
  written: { name: 'InspectionWritten', phases: ['bundled'], once: false, enters: 'written' },
};

/** @type {Record<string, Rule>} */
export const InspectionOutput = {
  bundled: { name: 'InspectionBundled', phases: ['inspecting'], once: false, enters: 'bundled' },
  workflows: {
    name: 'InspectionWorkflows',
    phases: ['inspecting', 'bundled', 'written'],
    once: false,
    enters: 'ended',
  },
  failed: { name: 'InspectionFailed', phases: ['inspecting', 'bundled', 'written'], once: false, enters: 'ended' },
};
