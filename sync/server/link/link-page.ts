import type { WebSocket } from 'ws';
import type { LinkEvents, PageRole } from '../../protocol/link.ts';

/** A page that falls this far behind is cut off; it reconnects and starts from a fresh snapshot. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
const TOO_SLOW_CLOSE_CODE = 1013;

/** What a public screen may be sent (design §1, "Never" 7). */
const PUBLIC_EVENTS: ReadonlySet<keyof LinkEvents> = new Set(['board']);

/** One connected page, as handlers see it. */
export class LinkPage {
  readonly id: string;
  readonly role: PageRole;
  /** Said the right token. A page that is not trusted gets public events and no method. */
  readonly trusted: boolean;
  /** Whatever the handlers keep for this page, such as who is signed in. */
  readonly state = new Map<string, unknown>();
  readonly #socket: WebSocket;
  readonly #closeListeners = new Set<() => void>();

  constructor(id: string, role: PageRole, trusted: boolean, socket: WebSocket) {
    this.id = id;
    this.role = role;
    this.trusted = trusted;
    this.#socket = socket;
    socket.once('close', () => {
      for (const listener of this.#closeListeners) listener();
    });
  }

  send<E extends keyof LinkEvents>(event: E, data: LinkEvents[E]): void {
    if (this.maySee(event)) this.sendText(JSON.stringify({ event, data }));
  }

  /** For a broadcast: serialised once, sent to many. The caller has checked that this page may see it. */
  sendText(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      this.#socket.close(TOO_SLOW_CLOSE_CODE, 'too slow');
      return;
    }
    this.#socket.send(text);
  }

  maySee(event: keyof LinkEvents): boolean {
    return this.trusted || PUBLIC_EVENTS.has(event);
  }

  onClose(listener: () => void): void {
    this.#closeListeners.add(listener);
  }
}
