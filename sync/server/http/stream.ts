import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { SHARED_HALL_ID } from '../../../domain/ids.ts';
import { PROTOCOL_VERSION, type StreamClientMessage, type StreamMessage, streamClientMessageSchema } from '../../protocol/wire.ts';
import type { Commit, DocumentStore } from '../store/store.ts';
import { upgradePath } from '../upgrade-path.ts';
import type { Authenticator, Logger, SyncClient } from './client.ts';
import { HttpFailure } from './errors.ts';
import type { FoldedLog } from './fold-log.ts';
import { checkProtocol, requireClient } from './guard.ts';

export const STREAM_PATH = '/sync/v1/stream';
const PING_EVERY_MS = 10_000;
const DEAD_AFTER_MS = 25_000;
const MAX_CLIENT_MESSAGE_BYTES = 1024 * 1024;
/** A commit larger than this is announced without its documents; the client pulls them page by page. */
const MAX_DOCS_MESSAGE_CHARS = 512 * 1024;
/** A client this far behind is cut; it comes back and pulls. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;
const BAD_MESSAGE_CLOSE_CODE = 1008;

export interface StreamOptions {
  readonly store: DocumentStore;
  readonly auth: Authenticator;
  readonly nowMs: () => number;
  readonly minimumProtocol: number;
  readonly folded: FoldedLog;
  readonly logger: Logger;
  readonly onPresence?: (client: SyncClient, message: PresenceMessage) => void;
  readonly onConnection?: (client: SyncClient, connected: boolean) => void;
}
/** What a hub tells its stations besides documents. */
export type HallMessage = Extract<StreamMessage, { type: 'board' | 'outbox' }>;
export type PresenceMessage = Exclude<StreamClientMessage, { type: 'ping' }>;

interface Connection {
  readonly client: SyncClient;
  readonly socket: WebSocket;
  seenAt: number;
}

/**
 * One WebSocket per client that carries every committed batch of the halls and collections it may see, in commit order, and the
 * hall's board. It is a hint, not the source: a client that misses one sees the gap in `prevSeq` and pulls.
 */
export class EventStream {
  readonly #options: StreamOptions;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_CLIENT_MESSAGE_BYTES });
  readonly #halls = new Map<string, Set<Connection>>();
  readonly #last = new Map<string, Map<HallMessage['type'], string>>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #stopListening: () => void;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#heartbeat = setInterval(() => this.#beat(), PING_EVERY_MS);
    this.#stopListening = options.store.onCommit((commit) => this.#onCommit(commit));
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      if (upgradePath(request) === STREAM_PATH) void this.#onUpgrade(request, socket, head);
    });
  }

  /** To the stations of a hall, now and when they connect: the last one of each type. */
  broadcast(hallId: string, message: HallMessage): void {
    const text = JSON.stringify(message);
    const last = this.#last.get(hallId) ?? new Map<HallMessage['type'], string>();
    this.#last.set(hallId, last.set(message.type, text));
    for (const connection of this.#halls.get(hallId) ?? []) if (connection.client.role !== 'hub') this.#send(connection, text);
  }

  clients(): SyncClient[] {
    return [...this.#connections()].map(({ client }) => client);
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.#stopListening();
    for (const { socket } of this.#connections()) socket.terminate();
    this.#sockets.close();
  }

  *#connections(): Iterable<Connection> {
    for (const hall of this.#halls.values()) yield* hall;
  }

  async #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const onError = () => socket.destroy();
    socket.on('error', onError);
    try {
      checkProtocol(request.headers, this.#options.minimumProtocol);
      checkOrigin(request);
      const client = await requireClient(this.#options.auth, request.headers);
      socket.off('error', onError);
      if (!socket.destroyed) this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#onOpen(client, webSocket));
    } catch (error) {
      const refusal = error instanceof HttpFailure ? error : null;
      if (refusal === null) this.#options.logger.error({ err: error }, 'stream upgrade failed');
      else
        this.#options.folded.warn(
          `stream ${refusal.failure.code} ${request.socket.remoteAddress}`,
          { code: refusal.failure.code },
          'stream refused',
        );
      refuse(socket, refusal);
    }
  }

  #onOpen(client: SyncClient, socket: WebSocket): void {
    const { nowMs, store, onConnection } = this.#options;
    const connection: Connection = { client, socket, seenAt: performance.now() };
    const hall = this.#halls.get(client.hallId) ?? new Set();
    this.#halls.set(client.hallId, hall.add(connection));
    socket.on('message', (data, isBinary) => this.#onMessage(connection, data, isBinary));
    socket.on('pong', () => {
      connection.seenAt = performance.now();
    });
    // `ws` closes the socket itself after an error (oversized message, bad frame); unhandled it would end the process.
    socket.on('error', (error) =>
      this.#options.folded.warn(`stream ${client.stationId}`, { stationId: client.stationId, reason: error.message }, 'stream broken'),
    );
    socket.once('close', () => {
      hall.delete(connection);
      if (hall.size === 0 && this.#halls.get(client.hallId) === hall) this.#halls.delete(client.hallId);
      onConnection?.(client, false);
    });
    this.#send(
      connection,
      JSON.stringify({ type: 'hello', epoch: store.epoch, now: nowMs(), version: PROTOCOL_VERSION } satisfies StreamMessage),
    );
    if (client.role !== 'hub') for (const text of this.#last.get(client.hallId)?.values() ?? []) this.#send(connection, text);
    onConnection?.(client, true);
  }

  #onMessage(connection: Connection, data: RawData, isBinary: boolean): void {
    const { client, socket } = connection;
    const { nowMs, folded, onPresence } = this.#options;
    connection.seenAt = performance.now();
    const message = isBinary ? null : parseMessage(data);
    if (message === null || !isOwnWord(client, message)) {
      folded.warn(`stream message ${client.stationId}`, { stationId: client.stationId }, 'stream message refused');
      socket.close(BAD_MESSAGE_CLOSE_CODE, 'bad message');
    } else if (message.type === 'ping') this.#send(connection, JSON.stringify({ type: 'pong', now: nowMs() } satisfies StreamMessage));
    else onPresence?.(client, message);
  }

  #onCommit(commit: Commit): void {
    const targets = commit.hallId === SHARED_HALL_ID ? this.#connections() : (this.#halls.get(commit.hallId) ?? []);
    let text: string | null = null;
    for (const connection of targets) {
      if (!connection.client.rights.pull.includes(commit.collection)) continue;
      text ??= docsMessage(commit, this.#options.store.epoch);
      this.#send(connection, text);
    }
  }

  #send({ socket }: Connection, text: string): void {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate();
    else socket.send(text);
  }

  #beat(): void {
    // Monotonic: a wall clock that is set must not cut the whole hall off.
    const now = performance.now();
    for (const { socket, seenAt } of this.#connections()) {
      if (now - seenAt > DEAD_AFTER_MS) socket.terminate();
      else if (socket.readyState === socket.OPEN) socket.ping();
    }
  }
}

function docsMessage(commit: Commit, epoch: string): string {
  const { hallId, collection, prevSeq, seq, documents } = commit;
  const text = JSON.stringify({ type: 'docs', hallId, collection, prevSeq, seq, epoch, documents } satisfies StreamMessage);
  if (text.length <= MAX_DOCS_MESSAGE_CHARS) return text;
  return JSON.stringify({ type: 'docs', hallId, collection, prevSeq: seq, seq, epoch, documents: [] } satisfies StreamMessage);
}

function parseMessage(data: RawData): StreamClientMessage | null {
  try {
    const parsed = streamClientMessageSchema.safeParse(JSON.parse(data.toString()));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** A station speaks for itself, a hub for its hall. */
function isOwnWord(client: SyncClient, message: StreamClientMessage): boolean {
  if (message.type === 'ping') return true;
  if (message.type === 'presence') return client.role !== 'hub' && message.presence.stationId === client.stationId;
  return client.role === 'hub' && message.hallId === client.hallId;
}

function checkOrigin(request: IncomingMessage): void {
  const { origin, host } = request.headers;
  if (origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)) return;
  throw new HttpFailure(403, { code: 'WRONG_ORIGIN', message: '不允许从别的网页连接。' });
}

const REASONS: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Forbidden', 426: 'Upgrade Required' };

function refuse(socket: Duplex, refusal: HttpFailure | null): void {
  const status = refusal?.status ?? 500;
  const body = JSON.stringify({ error: refusal?.failure ?? { code: 'INTERNAL', message: '服务器内部出错，请稍后再试。' } });
  socket.end(
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'Error'}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
