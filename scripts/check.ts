import { run } from './run.ts';

// The fast loop: types, lint, import rules, dead code, unit tests. All are run even when one fails, so one round shows everything.
const steps: readonly (readonly [string, ...string[]])[] = [
  ['tsc', '-p', 'tsconfig.json'],
  ['biome', 'check', '.'],
  ['depcruise', '--config', '.dependency-cruiser.cjs', 'domain', 'drivers', 'sync', 'renderer', 'electron'],
  ['knip'],
  ['vitest', 'run', '--project', 'unit'],
];

const codes = await Promise.all(steps.slice(0, -1).map(([command, ...args]) => run(command, args)));
const [command, ...args] = steps.at(-1) ?? ['true'];
codes.push(await run(command, args));
const failed = steps.filter((_, index) => codes[index] !== 0).map((step) => step[0]);
console.log(failed.length === 0 ? 'check: all green' : `check: failed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
