import { type RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { collectionSchema } from '../../../domain/documents.ts';
import { outboxSchema, type StreamClientMessage } from '../../protocol/wire.ts';
import { type Credentials, requestHeaders } from './http.ts';

const PING_EVERY_MS = 10_000;
const DEAD_AFTER_MS = 25_000;
const CONNECT_TIMEOUT_MS = 5_000;
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

const messageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('docs'),
    hallId: z.string(),
    collection: collectionSchema,
    prevSeq: z.number(),
    seq: z.number(),
    epoch: z.string(),
    documents: z.array(z.unknown()),
  }),
  z.object({ type: z.literal('board'), board: z.unknown() }),
  z.object({ type: z.literal('outbox'), outbox: outboxSchema }),
  z.object({ type: z.literal('hello'), epoch: z.string(), now: z.number(), version: z.number() }),
  z.object({ type: z.literal('pong'), now: z.number() }),
]);
export type LiveMessage = z.infer<typeof messageSchema>;
export type LiveDocs = Extract<LiveMessage, { type: 'docs' }>;

/** `refused`: something answers there, but not with a stream (a proxy without WebSocket, a wrong key); `away`: nothing answers. */
export type ConnectOutcome =
  | { readonly outcome: 'open' }
  | { readonly outcome: 'refused'; readonly status: number }
  | { readonly outcome: 'away'; readonly reason: string };

export interface LiveOptions {
  readonly url: string;
  readonly onMessage: (message: LiveMessage) => void;
  readonly onClose: () => void;
}

/** The event stream as a client holds it; at most one socket. Silence for 25 s ends it: a pulled cable sends no goodbye. */
export class Live {
  readonly #options: LiveOptions;
  #socket: WebSocket | null = null;
  #open = false;
  #pingSentAt = 0;
  /** Server's wall clock minus ours, ms; null until it said so. */
  offsetMs: number | null = null;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Resolves when the server's hello is there; `onMessage` gets the hello first. */
  connect(credentials: Credentials): Promise<ConnectOutcome> {
    const url = new URL('/sync/v1/stream', this.#options.url);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url, {
      headers: requestHeaders(credentials),
      handshakeTimeout: CONNECT_TIMEOUT_MS,
      maxPayload: MAX_MESSAGE_BYTES,
    });
    this.#socket = socket;
    this.#pingSentAt = performance.now();
    return new Promise((resolve) => {
      let outcome: ConnectOutcome = { outcome: 'away', reason: 'no hello' };
      const giveUp = setTimeout(() => socket.terminate(), CONNECT_TIMEOUT_MS);
      socket.once('unexpected-response', (_request, response) => {
        outcome = { outcome: 'refused', status: response.statusCode ?? 0 };
        response.resume();
        socket.terminate();
      });
      socket.on('error', (error: NodeJS.ErrnoException) => {
        if (outcome.outcome === 'away') outcome = { outcome: 'away', reason: error.code ?? error.message };
      });
      const stopHeartbeat = this.#listen(socket, () => {
        clearTimeout(giveUp);
        this.#open = true;
        resolve({ outcome: 'open' });
      });
      socket.once('close', () => {
        clearTimeout(giveUp);
        stopHeartbeat();
        resolve(outcome);
        if (this.#socket !== socket) return;
        const wasOpen = this.#open;
        this.#socket = null;
        this.#open = false;
        if (wasOpen) this.#options.onClose();
      });
    });
  }

  send(message: StreamClientMessage): void {
    if (this.#open) this.#socket?.send(JSON.stringify(message));
  }

  terminate(): void {
    this.#socket?.terminate();
  }

  #listen(socket: WebSocket, onHello: () => void): () => void {
    let seenAt = performance.now();
    socket.on('ping', () => {
      seenAt = performance.now();
    });
    socket.on('message', (data, isBinary) => {
      seenAt = performance.now();
      const message = isBinary ? null : parseMessage(data);
      // A server that speaks nonsense is cut; what it did not say is pulled after the reconnect.
      if (message === null || (message.type !== 'hello' && !this.#open)) return socket.terminate();
      if (message.type === 'hello' || message.type === 'pong')
        this.offsetMs = message.now + (performance.now() - this.#pingSentAt) / 2 - Date.now();
      if (message.type === 'hello') onHello();
      this.#options.onMessage(message);
    });
    const heartbeat = setInterval(() => {
      if (performance.now() - seenAt > DEAD_AFTER_MS) return socket.terminate();
      this.#pingSentAt = performance.now();
      this.send({ type: 'ping' });
    }, PING_EVERY_MS);
    return () => clearInterval(heartbeat);
  }
}

function parseMessage(data: RawData): LiveMessage | null {
  try {
    const parsed = messageSchema.safeParse(JSON.parse(data.toString()));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
