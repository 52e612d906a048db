// Made by tools/generate.mjs of messages.schema.json.
/**
 * Every message between the job service, the executor's host, its workers and its inspections: one JSON object a line, at most 24 MiB from untrusted processes. x-phases: when a message is legal; x-enters: the phase that begins with it; x-once: it is legal once; x-maxJsonLength: how long a value may be as JSON. In the phase ended nothing more is heard.
 */
export type Message = HostInput | HostOutput | WorkerInput | WorkerOutput | InspectionInput | InspectionOutput;
/**
 * What the job service sends the host.
 */
export type HostInput = Configure | Alive | RunOrder | Cancel | Kill | Taken | BuildOrder;
/**
 * What the host sends the job service.
 */
export type HostOutput =
  | Configured
  | Alive
  | WarmReady
  | SlotTaken
  | Dependencies
  | RunReady
  | RunStarted
  | RunLogged
  | RunArtifact
  | RunCompleted
  | RunFailed
  | RunCancelled
  | RunLost
  | RunReleased
  | RunLogEnded
  | Built
  | Rejected;
export type Level = 'info' | 'warn' | 'error';
/**
 * Who said a line.
 */
export type Source = 'executor' | 'console' | 'stdout' | 'stderr';
export type ArtifactKind = 'screenshot' | 'page_html';
export type FailureKind = 'user_error' | 'timeout' | 'launch_failed' | 'result_too_large' | 'invalid_input';
/**
 * What the host sends a worker.
 */
export type WorkerInput = WorkerLaunch | WorkerRun | WorkerExpire;
/**
 * What a worker sends. It is validated, and believed about its own run only.
 */
export type WorkerOutput =
  | WorkerLaunched
  | WorkerLaunchFailed
  | WorkerLoading
  | WorkerReady
  | WorkerStarted
  | WorkerLog
  | WorkerScreenshot
  | WorkerPageHtml
  | WorkerExpired
  | WorkerResult
  | WorkerFailed;
/**
 * What the host sends an inspection.
 */
export type InspectionInput = InspectionWritten;
/**
 * What an inspection sends. It is validated, and believed about its own upload only.
 */
export type InspectionOutput = InspectionBundled | InspectionWorkflows | InspectionFailed;

/**
 * The settings, before anything else.
 */
export interface Configure {
  type: 'configure';
  dataDirectory: string;
  chromiumPath?: string | null;
  warmSlots: number;
  warmProxy?: Proxy | null;
  startupTimeoutMs: number;
  memoryLimitMiB: number;
  maxProcesses: number;
  tmpLimitMiB: number;
  buildConcurrency: number;
  buildTimeoutMs: number;
  bundleLimitMiB: number;
  packageCacheMiB: number;
  unlockedMaxAgeMs: number;
  /**
   * Names of packages whose install scripts run.
   *
   * @maxItems 1000
   */
  installScripts?: string[];
  silenceLimitMs?: number;
  /**
   * @maxItems 1000
   */
  protectedAddresses?: string[];
  sandbox: 'auto' | 'require' | 'off';
}
/**
 * What all of a browser's traffic leaves through.
 */
export interface Proxy {
  server: string;
  username?: string | null;
  password?: string | null;
}
/**
 * Sent once a second by the job service, and sent back by the host.
 */
export interface Alive {
  type: 'alive';
}
/**
 * Run one workflow.
 */
export interface RunOrder {
  type: 'run';
  run: string;
  /**
   * Where the workflow's files are.
   */
  bundle: {
    directory: string;
    entry: string;
  };
  workflow: string;
  /**
   * JSON: the parameters and the credentials.
   */
  input: string;
  session: string;
  browser: BrowserOptions;
  proxy: Proxy | null;
  artifacts: string;
  /**
   * From the handler's start to its forced end.
   */
  timeoutMs: number;
}
/**
 * How a job wants its browser, settled: the job's wish, else the workflow's, else the default.
 */
export interface BrowserOptions {
  headless: boolean;
  startUrl: string | null;
  gpu: boolean;
  viewport: Viewport | null;
}
/**
 * The size of the page in CSS pixels.
 */
export interface Viewport {
  width: number;
  height: number;
}
/**
 * End a run because a client wants it to.
 */
export interface Cancel {
  type: 'cancel';
  run: string;
}
/**
 * End a run because nobody waits for it any longer.
 */
export interface Kill {
  type: 'kill';
  run: string;
}
/**
 * The log lines up to this number are stored or on their way.
 */
export interface Taken {
  type: 'taken';
  run: string;
  seq: number;
}
/**
 * Build an upload in place.
 */
export interface BuildOrder {
  type: 'build';
  build: string;
  /**
   * Builds of one tenant run one after another.
   */
  tenant: string;
  directory: string;
  entryPoint: string;
}
/**
 * The host is ready.
 */
export interface Configured {
  type: 'configured';
  sandbox: 'bubblewrap' | 'user' | 'process';
  ownUser: boolean;
  /**
   * Whether the services' ports are closed to runs, for the operator.
   */
  network: string;
  /**
   * Whether the kernel refuses runs what they do not need.
   */
  systemCalls: boolean;
  /**
   * Whether Chromium has a sandbox of its own in its cell.
   */
  browserSandbox: boolean;
  /**
   * Whether abstract sockets of others are out of reach.
   */
  ownSockets: boolean;
  chromium: string | null;
  headlessShell: string | null;
}
/**
 * A browser waits for the next run.
 */
export interface WarmReady {
  type: 'warm_ready';
  pid: number;
}
/**
 * A run has got a browser.
 */
export interface SlotTaken {
  type: 'slot_taken';
  warm: boolean;
}
/**
 * A build has got its packages.
 */
export interface Dependencies {
  type: 'dependencies';
  stored: boolean;
}
/**
 * The browser runs and its page is open.
 */
export interface RunReady {
  type: 'ready';
  run: string;
}
/**
 * The handler was called.
 */
export interface RunStarted {
  type: 'started';
  run: string;
  /**
   * Milliseconds since 1970.
   */
  at: number;
}
/**
 * A line of the run's log, at most 64 KiB of UTF-8.
 */
export interface RunLogged {
  type: 'log';
  run: string;
  /**
   * From 1, without gaps but where a line says that some are lost.
   */
  seq: number;
  level: Level;
  source: Source;
  message: string;
  at: number;
}
/**
 * A file of a failed run, in the directory that the order named.
 */
export interface RunArtifact {
  type: 'artifact';
  run: string;
  kind: ArtifactKind;
  file: string;
}
/**
 * The handler returned.
 */
export interface RunCompleted {
  type: 'completed';
  run: string;
  /**
   * The result, at most 10 MiB of UTF-8.
   */
  json: string;
}
/**
 * The run failed.
 */
export interface RunFailed {
  type: 'failed';
  run: string;
  kind: FailureKind;
  error: string;
  stack: string | null;
}
/**
 * The run was cancelled.
 */
export interface RunCancelled {
  type: 'cancelled';
  run: string;
}
/**
 * The run was killed; nothing more is known.
 */
export interface RunLost {
  type: 'lost';
  run: string;
  reason: string;
}
/**
 * No process and no temporary file of the run is left. Lines of its log may still come.
 */
export interface RunReleased {
  type: 'released';
  run: string;
}
/**
 * All lines of the run are taken or given up: the last message about a run.
 */
export interface RunLogEnded {
  type: 'log_ended';
  run: string;
}
/**
 * The bundle is ready.
 */
export interface Built {
  type: 'built';
  build: string;
  entry: string;
  /**
   * @minItems 1
   * @maxItems 1000
   */
  workflows: Workflow[];
  /**
   * The end of what the build wrote.
   */
  log: string;
  /**
   * For its author: what was left out, and what to do about it.
   *
   * @maxItems 50
   */
  warnings: string[];
}
/**
 * A workflow that a bundle declares.
 */
export interface Workflow {
  name: string;
  /**
   * @maxItems 1000
   */
  credentialNames: string[];
  /**
   * JSON Schema.
   */
  inputSchema: {} | boolean | null;
  outputSchema: {} | boolean | null;
  authProfileName: string | null;
  startUrl: string | null;
  gpu: boolean | null;
  viewport: Viewport | null;
  sourceFile: string | null;
}
/**
 * The upload cannot be built.
 */
export interface Rejected {
  type: 'rejected';
  build: string;
  /**
   * What is wrong, for its author.
   */
  error: string;
  /**
   * The end of what the build wrote.
   */
  log: string;
  /**
   * For its author: what was left out, and what to do about it.
   *
   * @maxItems 50
   */
  warnings: string[];
}
/**
 * Open a browser.
 */
export interface WorkerLaunch {
  type: 'launch';
  chromium: string;
  /**
   * Whether it has a sandbox of its own.
   */
  sandbox: boolean;
  options: LaunchOptions;
}
/**
 * What a browser is started with.
 */
export interface LaunchOptions {
  headless: boolean;
  gpu: boolean;
  proxy: Proxy | null;
}
/**
 * Run a workflow in it.
 */
export interface WorkerRun {
  type: 'run';
  root: string;
  entry: string;
  workflow: string;
  input: string;
  session: string;
  browser: BrowserOptions;
}
/**
 * The time is up: show the page.
 */
export interface WorkerExpire {
  type: 'expire';
}
/**
 * The browser is open.
 */
export interface WorkerLaunched {
  type: 'launched';
}
/**
 * The browser did not open.
 */
export interface WorkerLaunchFailed {
  type: 'launch_failed';
  error: string;
}
/**
 * From here on foreign code runs.
 */
export interface WorkerLoading {
  type: 'loading';
}
/**
 * The bundle is loaded and the page is open.
 */
export interface WorkerReady {
  type: 'ready';
}
/**
 * The handler is called.
 */
export interface WorkerStarted {
  type: 'started';
}
/**
 * What JavaScript code printed.
 */
export interface WorkerLog {
  type: 'log';
  level: Level;
  source: Source;
  /**
   * More than the host keeps, so that it sees that the line is cut.
   */
  message: string;
}
/**
 * What the page shows.
 */
export interface WorkerScreenshot {
  type: 'screenshot';
  /**
   * Base64.
   */
  data: string;
}
/**
 * What the page holds.
 */
export interface WorkerPageHtml {
  type: 'page_html';
  /**
   * Base64.
   */
  data: string;
}
/**
 * The page is shown, as far as it could be.
 */
export interface WorkerExpired {
  type: 'expired';
}
/**
 * The handler returned.
 */
export interface WorkerResult {
  type: 'result';
  json: string;
}
/**
 * The workflow failed.
 */
export interface WorkerFailed {
  type: 'failed';
  kind: 'user_error' | 'result_too_large';
  error: string;
  stack: string | null;
}
/**
 * The bundle is in the tree.
 */
export interface InspectionWritten {
  type: 'written';
}
/**
 * The entry point as one module.
 */
export interface InspectionBundled {
  type: 'bundled';
  entry: string;
  text: string;
}
/**
 * What the entry point exports, or the upload declares. The host reads each declaration again, and keeps what is a Workflow.
 */
export interface InspectionWorkflows {
  type: 'workflows';
  entry: string;
  /**
   * @maxItems 1000
   */
  workflows: {}[];
}
/**
 * The entry point cannot be built or loaded.
 */
export interface InspectionFailed {
  type: 'failed';
  error: string;
}
