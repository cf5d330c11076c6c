import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** What the server answers from now on is swallowed, and then the line breaks. */
  losing: boolean;
}

/** A TCP line between two tiers that can be cut, fall silent, or lose an answer after the request got through. */
export class LinkProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #target: number;
  #mode: 'open' | 'cut' | 'silent' = 'open';
  #loseAnswerTo: string | null = null;
  answersLost = 0;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((client) => this.#onClient(client));
  }

  static async start(target: number): Promise<LinkProxy> {
    const proxy = new LinkProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The server behind came back on another port. */
  retarget(port: number): void {
    this.#target = port;
  }

  cut(): void {
    this.#mode = 'cut';
    this.#breakAll();
  }

  /** A pulled cable: nothing arrives, nothing is closed. */
  silence(): void {
    this.#mode = 'silent';
    for (const { client, server } of this.#pairs) {
      client.pause();
      server.pause();
    }
  }

  heal(): void {
    if (this.#mode === 'silent') this.#breakAll();
    this.#mode = 'open';
  }

  /** The next request whose head contains `text` reaches the server; its answer does not come back. */
  loseAnswerTo(text: string): void {
    this.#loseAnswerTo = text;
  }

  async close(): Promise<void> {
    this.#breakAll();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #breakAll(): void {
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
  }

  #onClient(client: Socket): void {
    client.on('error', () => client.destroy());
    if (this.#mode === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.#target, '127.0.0.1');
    const pair: Pair = { client, server, losing: false };
    this.#pairs.add(pair);
    server.on('error', () => client.destroy());
    const end = () => {
      client.destroy();
      server.destroy();
      this.#pairs.delete(pair);
    };
    client.once('close', end);
    server.once('close', end);
    client.on('data', (chunk) => this.#onRequest(pair, chunk));
    server.on('data', (chunk) => this.#onAnswer(pair, chunk));
    if (this.#mode === 'silent') client.pause();
  }

  #onRequest(pair: Pair, chunk: Buffer): void {
    if (this.#loseAnswerTo !== null && chunk.includes(this.#loseAnswerTo)) {
      this.#loseAnswerTo = null;
      pair.losing = true;
    }
    pair.server.write(chunk);
  }

  #onAnswer(pair: Pair, chunk: Buffer): void {
    if (!pair.losing) {
      pair.client.write(chunk);
      return;
    }
    this.answersLost += 1;
    pair.client.destroy();
    pair.server.destroy();
  }
}
