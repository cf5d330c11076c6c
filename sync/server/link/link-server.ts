import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { err, type Failure, ok, type Result } from '../../../domain/result.ts';
import {
  type Hello,
  LINK_BEAT_MS,
  LINK_UNAUTHORIZED_CLOSE_CODE,
  type LinkEvents,
  type LinkMethod,
  type LinkMethods,
  type PageRole,
} from '../../protocol/link.ts';
import { isLinkMethod, linkParamSchemas, linkRequestSchema } from '../../protocol/link-schemas.ts';
import type { Logger } from '../http/client.ts';
import { isSameSecret } from '../same-secret.ts';
import { upgradePath } from '../upgrade-path.ts';
import { LinkPage } from './link-page.ts';

export const MAX_LINK_MESSAGE_BYTES = 256 * 1024;
const MAX_BAD_MESSAGES = 5;
const BAD_MESSAGES_CLOSE_CODE = 1008;
const HELLO_TIMEOUT_MS = 10_000;
/** Answer to a message whose id could not be read. */
const NO_ID = -1;

type PageMethod = Exclude<LinkMethod, 'hello'>;
type Answer<T> = Result<T> | Promise<Result<T>>;
/** One function per method this process offers; any other is answered with UNKNOWN_METHOD. */
export type LinkHandlers = {
  readonly [M in PageMethod]?: (page: LinkPage, params: LinkMethods[M]['params']) => Answer<LinkMethods[M]['result']>;
};

export interface LinkServerOptions {
  readonly server: Server;
  readonly path: string;
  readonly token: string;
  readonly handlers: LinkHandlers;
  readonly hello: (page: LinkPage) => Hello | Promise<Hello>;
  /** Called after the answer to `hello`: the place to send first snapshots. */
  readonly onPage?: (page: LinkPage) => void;
  /** Roles that may come without the token; they get the board and nothing else. */
  readonly publicRoles: readonly PageRole[];
  readonly logger: Logger;
}

export interface LinkServer {
  broadcast<E extends keyof LinkEvents>(event: E, data: LinkEvents[E], filter?: (page: LinkPage) => boolean): void;
  pages(): readonly LinkPage[];
  close(): void;
}

/** Serves the link (sync/protocol/link.ts) on one path of an HTTP server; upgrades of other paths are left to others. */
export function createLinkServer(options: LinkServerOptions): LinkServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_LINK_MESSAGE_BYTES });
  const pages = new Set<LinkPage>();
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (upgradePath(request) !== options.path) return;
    if (!isOwnOrigin(request)) {
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => void new Connection(webSocket, options, pages));
  };
  options.server.on('upgrade', onUpgrade);
  return {
    broadcast: (event, data, filter = () => true) => {
      const text = JSON.stringify({ event, data });
      for (const page of pages) if (page.maySee(event) && filter(page)) page.sendText(text);
    },
    pages: () => [...pages],
    close: () => {
      options.server.off('upgrade', onUpgrade);
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
}

class Connection {
  readonly #socket: WebSocket;
  readonly #options: LinkServerOptions;
  readonly #pages: Set<LinkPage>;
  #page: LinkPage | null = null;
  #greeting = false;
  #badMessages = 0;
  #alive = true;

  constructor(socket: WebSocket, options: LinkServerOptions, pages: Set<LinkPage>) {
    this.#socket = socket;
    this.#options = options;
    this.#pages = pages;
    const helloTimer = setTimeout(() => this.#page ?? socket.close(LINK_UNAUTHORIZED_CLOSE_CODE, 'no hello'), HELLO_TIMEOUT_MS);
    const heartbeat = setInterval(() => this.#beat(), LINK_BEAT_MS);
    socket.on('pong', () => {
      this.#alive = true;
    });
    // `ws` closes the socket itself after an error (oversized message, bad frame); unhandled it would end the process.
    socket.on('error', (error) => options.logger.warn({ reason: error.message }, 'link socket'));
    socket.on('message', (data, isBinary) => void this.#onMessage(data, isBinary));
    socket.once('close', () => {
      clearTimeout(helloTimer);
      clearInterval(heartbeat);
      if (this.#page) pages.delete(this.#page);
    });
  }

  #beat(): void {
    if (!this.#alive) {
      this.#socket.terminate();
      return;
    }
    this.#alive = false;
    this.#socket.ping();
    // A page cannot see pings; without this a screen whose cable was pulled would show old calls as if they were new.
    this.#page?.send('beat', null);
  }

  async #onMessage(data: RawData, isBinary: boolean): Promise<void> {
    const request = isBinary ? null : parseRequest(data.toString());
    if (!request) return this.#onBadMessage(NO_ID, '收到一条看不懂的消息，请刷新页面。');
    const { id, method } = request;
    if (!isLinkMethod(method)) return this.#onBadMessage(id, '页面版本与本机程序不一致，请刷新页面。');
    const params = linkParamSchemas[method].safeParse(request.params);
    if (!params.success)
      return this.#answer(id, err('BAD_INPUT', '内容不完整或格式不对，请检查后重试。', { issues: params.error.issues.map(describeIssue) }));
    if (method === 'hello') return this.#onHello(id, params.data as LinkMethods['hello']['params']);
    if (!this.#page) {
      this.#socket.close(LINK_UNAUTHORIZED_CLOSE_CODE, 'hello first');
      return;
    }
    this.#answer(id, await this.#call(this.#page, method, params.data));
  }

  async #onHello(id: number, { token, role }: LinkMethods['hello']['params']): Promise<void> {
    const trusted = token !== null && isSameSecret(token, this.#options.token);
    const isPublic = token === null && this.#options.publicRoles.includes(role);
    if (this.#greeting || !(trusted || isPublic)) {
      this.#socket.close(LINK_UNAUTHORIZED_CLOSE_CODE, 'unauthorized');
      return;
    }
    this.#greeting = true;
    const page = new LinkPage(randomUUID(), role, trusted, this.#socket);
    const hello = await this.#guard('hello', async () => ok(await this.#options.hello(page)));
    if (hello.ok && this.#socket.readyState === this.#socket.OPEN) {
      this.#page = page;
      this.#pages.add(page);
    }
    this.#answer(id, hello);
    if (this.#page !== page) this.#greeting = false;
    else await this.#guard('hello', () => ok(this.#options.onPage?.(page)));
  }

  async #call(page: LinkPage, method: PageMethod, params: unknown): Promise<Result<unknown>> {
    const handler = this.#options.handlers[method] as ((page: LinkPage, params: unknown) => Answer<unknown>) | undefined;
    if (!handler) return err('UNKNOWN_METHOD', '本机没有这个功能。');
    if (!page.trusted) return err('UNAUTHORIZED', '公共屏幕不能进行这个操作。');
    return this.#guard(method, () => handler(page, params));
  }

  /** A bug in one handler must not take the hall's process down; it is logged with its stack and told in plain words. */
  async #guard(method: LinkMethod, run: () => Answer<unknown>): Promise<Result<unknown>> {
    try {
      return await run();
    } catch (error) {
      this.#options.logger.error({ err: error, method }, 'link handler failed');
      return err('INTERNAL', '程序出错了，请重试；一直不行请联系值班长。');
    }
  }

  #onBadMessage(id: number, message: string): void {
    this.#answer(id, err('BAD_MESSAGE', message));
    this.#badMessages += 1;
    if (this.#badMessages >= MAX_BAD_MESSAGES) this.#socket.close(BAD_MESSAGES_CLOSE_CODE, 'bad messages');
  }

  #answer(id: number, result: { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: Failure }): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(JSON.stringify(result.ok ? { id, ok: true, result: result.value } : { id, ok: false, error: result.error }));
  }
}

function parseRequest(text: string): { id: number; method: string; params?: unknown } | null {
  try {
    const parsed = linkRequestSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Where and what, never the value: it may be personal. */
function describeIssue(issue: { readonly path: readonly PropertyKey[]; readonly code?: string | undefined }): string {
  return `${issue.path.join('.')}: ${issue.code ?? 'invalid'}`;
}

function isOwnOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
