import { err, ok, type Result } from '../../domain/result.ts';
import {
  type Hello,
  LINK_BEAT_MS,
  LINK_UNAUTHORIZED_CLOSE_CODE,
  type LinkEvents,
  type LinkMethod,
  type LinkMethods,
  type LinkPush,
  type LinkResponse,
  type PageRole,
} from '../../sync/protocol/link.ts';

export type LinkState = 'connecting' | 'up' | 'down' | 'unauthorized';
export type LinkEvent = keyof LinkEvents;

const RETRY_MIN_MS = 300;
const RETRY_MAX_MS = 3_000;
const CALL_TIMEOUT_MS = 15_000;
/** From opening the socket to the answer to hello; a process that hangs accepts connections and never answers. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Two beats and some slack: a pulled cable closes no socket. */
const SILENCE_MS = 2 * LINK_BEAT_MS + 5_000;
/** These wait for a person or for paper. */
const LONG_CALL_TIMEOUT_MS: Partial<Record<LinkMethod, number>> = {
  'card.read': 180_000,
  'ticket.issue': 60_000,
  'ticket.reprint': 60_000,
  'queue.issue': 60_000,
  'case.printReceipt': 60_000,
};

export interface LinkOptions {
  readonly role: PageRole;
  /** `ws://host:port/link` */
  readonly url: string;
  readonly token: string | null;
}

export interface Link {
  readonly state: LinkState;
  /** What the process said of itself at the last connection; null before the first. */
  readonly hello: Hello | null;
  /** Codes: LINK_DOWN (not connected, or lost while waiting; a call with a requestId may be repeated), LINK_TIMEOUT, and the method's own. */
  call<M extends LinkMethod>(method: M, params: LinkMethods[M]['params']): Promise<Result<LinkMethods[M]['result']>>;
  /** Returns its own undoing. */
  on<E extends LinkEvent>(event: E, listener: (data: LinkEvents[E]) => void): () => void;
  onState(listener: (state: LinkState) => void): () => void;
  close(): void;
}

interface Waiting {
  readonly settle: (result: Result<unknown>) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** One WebSocket to the process that served this page; reconnects by itself and says hello again. */
export function connectLink(options: LinkOptions): Link {
  return new LinkClient(options);
}

class LinkClient implements Link {
  readonly #options: LinkOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<LinkEvent, Set<(data: never) => void>>();
  readonly #stateListeners = new Set<(state: LinkState) => void>();
  #socket: WebSocket | null = null;
  #connectTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #retryMs = RETRY_MIN_MS;
  #nextId = 1;
  #closed = false;
  state: LinkState = 'connecting';
  hello: Hello | null = null;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#open();
  }

  call<M extends LinkMethod>(method: M, params: LinkMethods[M]['params']): Promise<Result<LinkMethods[M]['result']>> {
    const socket = this.#socket;
    if (socket === null || this.state !== 'up') return Promise.resolve(linkDown());
    return this.#send(socket, method, params) as Promise<Result<LinkMethods[M]['result']>>;
  }

  on<E extends LinkEvent>(event: E, listener: (data: LinkEvents[E]) => void): () => void {
    const set = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, set.add(listener));
    return () => set.delete(listener);
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retryTimer);
    if (this.#socket !== null) this.#drop(this.#socket);
  }

  #open(): void {
    const socket = new WebSocket(this.#options.url);
    this.#socket = socket;
    socket.onopen = () => void this.#sayHello(socket);
    socket.onmessage = (message) => {
      this.#heard(socket);
      this.#receive(String(message.data));
    };
    socket.onclose = (event) => this.#lost(event.code);
    this.#connectTimer = setTimeout(() => this.#drop(socket), CONNECT_TIMEOUT_MS);
  }

  /** Does not wait for the other side to say goodbye: it may hang. */
  #drop(socket: WebSocket): void {
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
    this.#lost(0);
  }

  #heard(socket: WebSocket): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => this.#drop(socket), SILENCE_MS);
  }

  async #sayHello(socket: WebSocket): Promise<void> {
    const answer = await this.#send(socket, 'hello', { token: this.#options.token, role: this.#options.role });
    if (!answer.ok) {
      socket.close();
      return;
    }
    clearTimeout(this.#connectTimer);
    this.#retryMs = RETRY_MIN_MS;
    this.hello = answer.value as Hello;
    this.#become('up');
  }

  #send(socket: WebSocket, method: LinkMethod, params: unknown): Promise<Result<unknown>> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        resolve(err('LINK_TIMEOUT', '本机服务没有回应，请再试一次；还不行请叫工作人员。', { method }));
      }, LONG_CALL_TIMEOUT_MS[method] ?? CALL_TIMEOUT_MS);
      this.#waiting.set(id, { settle: resolve, timer });
      socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as LinkResponse | LinkPush;
    if ('event' in message) {
      for (const listener of this.#listeners.get(message.event) ?? []) listener(message.data as never);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    this.#waiting.delete(message.id);
    clearTimeout(waiting.timer);
    waiting.settle(message.ok ? ok(message.result) : message);
  }

  #lost(code: number): void {
    this.#socket = null;
    clearTimeout(this.#connectTimer);
    clearTimeout(this.#silenceTimer);
    for (const { settle, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      settle(linkDown());
    }
    this.#waiting.clear();
    if (this.#closed) return;
    if (code === LINK_UNAUTHORIZED_CLOSE_CODE) {
      this.#become('unauthorized');
      return;
    }
    this.#become('down');
    this.#retryTimer = setTimeout(() => this.#open(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS);
  }

  #become(state: LinkState): void {
    if (this.state === state && state !== 'up') return;
    this.state = state;
    for (const listener of this.#stateListeners) listener(state);
  }
}

function linkDown() {
  return err('LINK_DOWN', '正在重新连接本机服务，请稍等一下再试；还不行请叫工作人员。');
}
