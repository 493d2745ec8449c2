import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// Fonts are never inlined: the server's policy allows data: for images only.
export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    sourcemap: false,
    target: ['chrome123', 'firefox128', 'safari17.5'],
    modulePreload: { polyfill: false },
    // The charts' engine is one chunk of about 570 kB, 195 kB on the wire, fetched with the first chart.
    chunkSizeWarningLimit: 600,
  },
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8321' } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
