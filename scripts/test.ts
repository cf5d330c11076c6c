import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { run } from './run.ts';
import { ensureSystemNeeds } from './system-needs.ts';

const REPORT = 'tests/.out/report.json';
const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  success: z.boolean(),
});

/** Tests that need what cannot be had everywhere; said by name, never counted as passed. */
function sayNotRun(): void {
  console.log(
    'not run: Electron binary tests (electron/): the binary is not part of the npm package; `npx install-electron` fetches it where the network allows',
  );
}

ensureSystemNeeds();
const built = await run('vite', ['build', '--logLevel', 'warn']);
if (built !== 0) process.exit(built);
mkdirSync('tests/.out', { recursive: true });
rmSync(REPORT, { force: true });
const code = await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`, ...process.argv.slice(2)]);
const report = reportSchema.parse(JSON.parse(readFileSync(REPORT, 'utf8')));
const skipped = report.numPendingTests + report.numTodoTests;
sayNotRun();
console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(code !== 0 || !report.success || report.numPassedTests === 0 ? 1 : 0);
