import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

const external = ['electron', ...builtinModules, ...builtinModules.map((name) => `node:${name}`)];

// The shell's two files as Electron wants them, one build each (`--mode main`, `--mode preload`): an ES module for the main
// process, and CommonJS for the preload of a sandboxed page.
export default defineConfig(({ mode }) => ({
  build: {
    outDir: 'dist/electron',
    target: 'node24',
    minify: false,
    emptyOutDir: false,
    copyPublicDir: false,
    lib:
      mode === 'preload'
        ? { entry: 'electron/preload.ts', formats: ['cjs'], fileName: () => 'preload.cjs' }
        : { entry: 'electron/main.ts', formats: ['es'], fileName: () => 'main.mjs' },
    rolldownOptions: { external },
  },
}));
