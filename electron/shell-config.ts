import { z } from 'zod';

/**
 * What the Electron shell of one PC opens and keeps running. `npm start` writes one for the demo (no processes: the launcher
 * runs them); a real station PC has its own (docs/deployment.md).
 */
export const shellConfigSchema = z.object({
  userDataDir: z.string(),
  /** Lock-down: no way out of kiosk windows without the staff gesture and PIN. */
  kiosk: z.boolean(),
  /** `scrypt$<salt>$<hash>` of the PIN behind the staff gesture; null: the gesture is off. */
  exitPinHash: z.string().nullable(),
  windows: z
    .array(
      z.object({
        name: z.string(),
        title: z.string(),
        /** Page of this PC's station process or hub, with the page token in the fragment. */
        url: z.string().url(),
        /** Index of the monitor, left to right; a monitor that is not there falls back to the first. */
        display: z.number().int().min(0).default(0),
        widthPx: z.number().int().positive(),
        heightPx: z.number().int().positive(),
        kiosk: z.boolean(),
      }),
    )
    .min(1),
  processes: z.array(
    z.object({ name: z.string(), modulePath: z.string(), args: z.array(z.string()), cwd: z.string(), logFile: z.string() }),
  ),
  /** Node that runs the processes; packaged beside the app. */
  nodePath: z.string().nullable(),
});
export type ShellConfig = z.infer<typeof shellConfigSchema>;
export type ShellWindow = ShellConfig['windows'][number];

/** Where an installed shell looks when it is started without `--config`, as its desktop shortcut does. */
export function defaultConfigFile(platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>): string {
  return platform === 'win32' ? `${env.ProgramData ?? 'C:/ProgramData'}/Bianmin/shell.json` : '/etc/bianmin/shell.json';
}
