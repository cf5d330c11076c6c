import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Pages run under `default-src 'self'`: no inline script, no data: fonts; the base is absolute because pages nest (/screen/window/3).
export default defineConfig({
  root: 'renderer',
  base: '/',
  publicDir: 'public',
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'chrome120',
    chunkSizeWarningLimit: 1500,
  },
});
