import type { Station } from './context.ts';

/** 呼叫工作人员: stands in the presence until somebody has answered. */
export class HelpCall {
  readonly #station: Station;
  #since: number | null = null;

  constructor(station: Station) {
    this.#station = station;
  }

  get since(): number | null {
    return this.#since;
  }

  call(): void {
    if (this.#since !== null) return;
    this.#since = this.#station.ledger.now();
    this.#station.write((tx) => tx.event(this.#station.act('help.call', {})));
  }

  clear(): void {
    if (this.#since === null) return;
    this.#since = null;
    this.#station.write((tx) => tx.event(this.#station.act('help.clear', {})));
  }
}
