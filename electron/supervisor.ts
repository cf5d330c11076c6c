import { type ChildProcess, fork } from 'node:child_process';
import { err, ok, type Result } from '../domain/result.ts';
import { createListeners } from '../drivers/core/listeners.ts';
import { openRotatingLog, type RotatingLog } from './rotating-log.ts';

const FIRST_BACK_OFF_MS = 500;
const MAX_BACK_OFF_MS = 10_000;
const KILL_AFTER_MS = 5_000;
const READY_TIMEOUT_MS = 30_000;
/** After so many crashes in a row nobody should go on waiting for the child; it is tried further all the same. */
const HOPELESS_CRASHES = 3;
/** A child that lived this long was healthy: its next crash starts the back-off anew. */
const HEALTHY_AFTER_MS = 30_000;

export interface ChildSpec {
  readonly name: string;
  readonly modulePath: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the Node that runs this. Under Electron the shell passes the pinned Node. */
  readonly execPath?: string;
}

export type ChildPhase = 'starting' | 'ready' | 'waiting' | 'stopping' | 'stopped';

export interface ChildState {
  readonly name: string;
  readonly phase: ChildPhase;
  readonly pid: number | null;
  readonly port: number | null;
  readonly restarts: number;
}

export type SupervisorEvent =
  | { readonly type: 'ready'; readonly name: string; readonly port: number | null; readonly restarts: number }
  | {
      readonly type: 'crashed';
      readonly name: string;
      readonly code: number | null;
      readonly signal: string | null;
      readonly restartInMs: number;
    }
  | { readonly type: 'stopped'; readonly name: string };

export interface SupervisorOptions {
  readonly firstBackOffMs?: number;
  readonly maxBackOffMs?: number;
  readonly killAfterMs?: number;
  readonly readyTimeoutMs?: number;
}

interface Child {
  readonly spec: ChildSpec;
  readonly log: RotatingLog;
  process: ChildProcess | null;
  phase: ChildPhase;
  port: number | null;
  restarts: number;
  startedAt: number;
  backOffMs: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Keeps child processes alive: started by fork, ready when they send `{type: 'ready', port}`, started again with growing
 * pauses when they end on their own, stopped by SIGTERM and after five seconds by SIGKILL.
 */
export class Supervisor {
  readonly #children = new Map<string, Child>();
  readonly #events = createListeners<SupervisorEvent>();
  readonly #options: Required<SupervisorOptions>;

  constructor(options: SupervisorOptions = {}) {
    this.#options = {
      firstBackOffMs: options.firstBackOffMs ?? FIRST_BACK_OFF_MS,
      maxBackOffMs: options.maxBackOffMs ?? MAX_BACK_OFF_MS,
      killAfterMs: options.killAfterMs ?? KILL_AFTER_MS,
      readyTimeoutMs: options.readyTimeoutMs ?? READY_TIMEOUT_MS,
    };
  }

  /** Returns the function that unsubscribes. */
  onEvent(listener: (event: SupervisorEvent) => void): () => void {
    return this.#events.add(listener);
  }

  /** Starts a child that is not running yet and waits until it is ready; on failure it stays supervised until `stop`. */
  async start(spec: ChildSpec): Promise<Result<ChildState, 'PROCESS_NOT_READY'>> {
    const old = this.#children.get(spec.name);
    if (old !== undefined && old.phase !== 'stopped') throw new Error(`${spec.name} is already supervised`);
    const child: Child = {
      spec,
      log: openRotatingLog(spec.logFile),
      process: null,
      phase: 'starting',
      port: null,
      restarts: 0,
      startedAt: 0,
      backOffMs: this.#options.firstBackOffMs,
      timer: undefined,
    };
    this.#children.set(spec.name, child);
    const ready = this.waitUntilReady(spec.name);
    this.#spawn(child);
    return ready;
  }

  /** Waits for the next ready message, or answers at once when the child is ready now. */
  waitUntilReady(name: string): Promise<Result<ChildState, 'PROCESS_NOT_READY'>> {
    const child = this.#child(name);
    if (child.phase === 'ready') return Promise.resolve(ok(stateOf(child)));
    return new Promise((resolve) => {
      let crashes = 0;
      const finish = (result: Result<ChildState, 'PROCESS_NOT_READY'>) => {
        clearTimeout(timer);
        unsubscribe();
        resolve(result);
      };
      const failed = (reason: string) =>
        finish(
          err('PROCESS_NOT_READY', `${name} ${reason}，详见日志 ${child.spec.logFile}`, {
            name,
            logFile: child.spec.logFile,
            tail: child.log.tail(),
          }),
        );
      const timer = setTimeout(() => failed('没有在规定时间内启动完成'), this.#options.readyTimeoutMs);
      const unsubscribe = this.onEvent((event) => {
        if (event.name !== name) return;
        if (event.type === 'ready') finish(ok(stateOf(child)));
        if (event.type === 'stopped') failed('已停止');
        if (event.type === 'crashed') crashes += 1;
        if (crashes === HOPELESS_CRASHES) failed('一启动就退出');
      });
    });
  }

  states(): readonly ChildState[] {
    return [...this.#children.values()].map(stateOf);
  }

  /** Sends a signal as a fault would; the child is started again when that ends it. */
  kill(name: string, signal: NodeJS.Signals): void {
    this.#child(name).process?.kill(signal);
  }

  /** Stops the child and starts it again from the same specification. */
  async restart(name: string): Promise<Result<ChildState, 'PROCESS_NOT_READY'>> {
    const { spec } = this.#child(name);
    await this.stop(name);
    return this.start(spec);
  }

  /** SIGTERM, after a while SIGKILL; resolves when the process is gone. */
  async stop(name: string): Promise<void> {
    const child = this.#child(name);
    clearTimeout(child.timer);
    if (child.process !== null) {
      child.phase = 'stopping';
      await this.#end(child.process);
    }
    if (child.phase === 'stopped') return;
    child.phase = 'stopped';
    child.log.close();
    this.#events.emit({ type: 'stopped', name });
  }

  /** In reverse order of start, so that nobody loses its server before it could say goodbye. */
  async stopAll(): Promise<void> {
    // All of them first: Ctrl-C in a terminal reaches the children too, and one that ends by it must not be started again.
    for (const child of this.#children.values()) {
      clearTimeout(child.timer);
      if (child.phase !== 'stopped') child.phase = 'stopping';
    }
    for (const name of [...this.#children.keys()].reverse()) await this.stop(name);
  }

  async #end(process: ChildProcess): Promise<void> {
    const exited = new Promise<void>((resolve) => process.once('close', () => resolve()));
    const timer = setTimeout(() => process.kill('SIGKILL'), this.#options.killAfterMs);
    process.kill('SIGTERM');
    await exited;
    clearTimeout(timer);
  }

  #child(name: string): Child {
    const child = this.#children.get(name);
    if (child === undefined) throw new Error(`no child named ${name}`);
    return child;
  }

  #spawn(child: Child): void {
    const { spec } = child;
    const started = fork(spec.modulePath, [...spec.args], {
      cwd: spec.cwd,
      env: { ...process.env, ...spec.env },
      execPath: spec.execPath ?? process.execPath,
      // Not the parent's flags: under a test runner or a debugger they would clash.
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child.process = started;
    child.phase = 'starting';
    child.startedAt = Date.now();
    started.stdout?.on('data', (bytes: Buffer) => child.log.write(bytes));
    started.stderr?.on('data', (bytes: Buffer) => child.log.write(bytes));
    started.on('message', (message) => this.#onMessage(child, message));
    started.on('error', (cause) => child.log.write(Buffer.from(`${String(cause)}\n`)));
    // 'close', not 'exit': the last words of a crash are still in the pipe at 'exit'.
    started.on('close', (code, signal) => this.#onEnd(child, code, signal));
  }

  #onMessage(child: Child, message: unknown): void {
    if (typeof message !== 'object' || message === null || !('type' in message) || message.type !== 'ready') return;
    child.phase = 'ready';
    child.port = 'port' in message && typeof message.port === 'number' ? message.port : null;
    this.#events.emit({ type: 'ready', name: child.spec.name, port: child.port, restarts: child.restarts });
  }

  #onEnd(child: Child, code: number | null, signal: string | null): void {
    child.process = null;
    if (child.phase === 'stopping' || child.phase === 'stopped') return;
    if (Date.now() - child.startedAt >= HEALTHY_AFTER_MS) child.backOffMs = this.#options.firstBackOffMs;
    const restartInMs = child.backOffMs;
    child.backOffMs = Math.min(child.backOffMs * 2, this.#options.maxBackOffMs);
    child.phase = 'waiting';
    child.restarts += 1;
    child.timer = setTimeout(() => this.#spawn(child), restartInMs);
    this.#events.emit({ type: 'crashed', name: child.spec.name, code, signal, restartInMs });
  }
}

function stateOf(child: Child): ChildState {
  return { name: child.spec.name, phase: child.phase, pid: child.process?.pid ?? null, port: child.port, restarts: child.restarts };
}
