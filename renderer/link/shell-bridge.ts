/** Channels between a window and the shell; the sender's origin is checked for each. */
export const SHELL_CHANNELS = { cornerTap: 'shell:corner-tap', exit: 'shell:exit', askPin: 'shell:ask-pin' } as const;

/** `window.bianminShell` in a page under Electron. */
export interface ShellBridge {
  readonly shell: 'electron';
  /** A tap in the hidden corner of a kiosk page; five in four seconds ask for the staff PIN. */
  cornerTap(): void;
  /** Leaves the kiosk. `LOCKED` after too many wrong tries. */
  exit(pin: string): Promise<'OK' | 'WRONG' | 'LOCKED'>;
  onAskPin(listener: () => void): () => void;
}
